"""HighLevel's own JavaScript SDK works with the sandbox."""

import shutil
from pathlib import Path

import pytest

from facade._core.operations import OPERATIONS
from facade.testing import Sandbox
from facade.testing.webhooks import WebhookSender
from scripts.programs import run
from tests import needs

pytestmark = pytest.mark.proof

SDK = Path(__file__).parent / "official-js-sdk"


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """Install the SDK into a new folder."""
    for name in ("node", "npm"):
        needs.program("nodejs npm", name)
    shutil.copytree(SDK, tmp_path, dirs_exist_ok=True)
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(["npm", "install", *options], cwd=tmp_path)
    return tmp_path


def test_the_official_sdk_creates_reads_updates_and_deletes(app: Path) -> None:
    sandbox = Sandbox()
    with WebhookSender(lambda headers, body: None) as sender:
        delivery = sender.make("RelationCreate", {"id": "6a44f1c09b3e7d2100000001"})
    with sandbox.serve() as server:
        output = run(
            ["node", "use.js"],
            cwd=app,
            SANDBOX_URL=server.url,
            SANDBOX_TOKEN=sandbox.token,
            SANDBOX_LOCATION=sandbox.location_id,
            SANDBOX_CODE=sandbox.oauth.install(location_id=sandbox.location_id),
            WEBHOOK_BODY=delivery.body.decode(),
            WEBHOOK_SIGNATURE=delivery.headers["X-GHL-Signature"],
            WEBHOOK_PUBLIC_KEY=sender.public_key,
        )
    assert output.splitlines()[-1] == "created, read, updated, deleted"
    requests = [one for one in sandbox.requests if one.operation is not None]
    assert {one.operation for one in requests} == {
        name for name, each in OPERATIONS.items() if each.is_published
    }
    assert {one.version for one in requests} == {"2023-02-21"}  # its default
    assert list(sandbox.oauth.refreshes) == [sandbox.location_id]
