"""HighLevel's own SDKs for Python and JavaScript work with the sandbox."""

import shutil
from pathlib import Path

import pytest

from facade._core.operations import OPERATIONS
from facade.testing import Sandbox
from scripts.programs import make, run
from tests import needs

pytestmark = pytest.mark.proof

SDK = Path(__file__).parent

USE = """
import asyncio, os
from highlevel import HighLevel

HighLevel.BASE_URL = os.environ["SANDBOX_URL"]
LOCATION = os.environ["SANDBOX_LOCATION"]
APP = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}


async def use_associations():
    sdk = HighLevel(private_integration_token=os.environ["SANDBOX_TOKEN"]).associations
    made = await sdk.create_association({
        "locationId": LOCATION, "key": "owner_pet",
        "firstObjectLabel": "Owner", "firstObjectKey": "contact",
        "secondObjectLabel": "Pet", "secondObjectKey": "custom_objects.pet",
    })
    found = await sdk.get_association_by_i_d(made["id"])
    assert (found["key"], found["firstObjectLabel"]) == ("owner_pet", "Owner"), found
    by_key = await sdk.get_association_key_by_key_name("owner_pet", LOCATION)
    assert by_key["id"] == made["id"], by_key
    listed = await sdk.find_associations(LOCATION, 0.0, 100.0)
    assert made["id"] in [one["id"] for one in listed["associations"]], listed
    of_object = await sdk.get_association_by_object_keys("custom_objects.pet", LOCATION)
    assert [one["id"] for one in of_object["associations"]] == [made["id"]], of_object
    await sdk.update_association(
        made["id"], {"firstObjectLabel": "Keeper", "secondObjectLabel": "Animal"})
    relation = await sdk.create_relation({
        "locationId": LOCATION, "associationId": made["id"],
        "firstRecordId": "contact-1", "secondRecordId": "pet-1",
    })
    relations = await sdk.get_relations_by_record_id("pet-1", LOCATION, 0.0, 100.0, [made["id"]])
    assert [one["id"] for one in relations["relations"]] == [relation["id"]], relations
    assert (await sdk.delete_relation(relation["id"], LOCATION))["deleted"] is True
    updated = await sdk.get_association_by_i_d(made["id"])
    assert updated["secondObjectLabel"] == "Animal", updated
    assert (await sdk.delete_association(made["id"]))["deleted"] is True


async def exchange(code, user_type):
    return await HighLevel(**APP).oauth.get_access_token({
        "clientId": APP["client_id"], "clientSecret": APP["client_secret"],
        "grantType": "authorization_code", "code": code, "userType": user_type,
    })


async def use_oauth():
    installed = await exchange(os.environ["SANDBOX_CODE"], "Location")
    refreshed = await HighLevel(**APP).oauth.refresh_token(
        installed["refreshToken"], *APP.values(), "refresh_token", "Location")
    agency = await exchange(os.environ["SANDBOX_AGENCY_CODE"], "Company")
    sdk = HighLevel(**APP, agency_access_token=agency["accessToken"])
    installed = await sdk.oauth.get_installed_location(agency["companyId"], "sandbox")
    assert LOCATION in [one["_id"] for one in installed["locations"]], installed
    derived = await sdk.oauth.get_location_access_token(
        {"companyId": agency["companyId"], "locationId": LOCATION})
    for token in (refreshed["accessToken"], derived["accessToken"]):
        sdk = HighLevel(**APP, location_access_token=token)
        listed = await sdk.associations.find_associations(LOCATION, 0.0, 100.0)
        assert listed["total"] == 4, listed


async def main():
    await use_associations()
    await use_oauth()
    print("created, read, updated, deleted")


asyncio.run(main())
"""


@pytest.fixture
def python_sdk(tmp_path: Path) -> list[str | Path]:
    return [make(tmp_path / "venv", "-r", SDK / "official-sdk.txt"), "-c", USE]


@pytest.fixture
def js_sdk(tmp_path: Path) -> list[str | Path]:
    for name in ("node", "npm"):
        needs.program("nodejs npm", name)
    shutil.copytree(SDK / "official-js-sdk", tmp_path, dirs_exist_ok=True)
    options = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
    run(["npm", "install", *options], cwd=tmp_path)
    return ["node", "use.js"]


@pytest.mark.parametrize(("kind", "version"), [("python", "v3"), ("js", "2023-02-21")])
def test_the_official_sdk_creates_reads_updates_and_deletes(
    kind: str, version: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    command = request.getfixturevalue(f"{kind}_sdk")
    sandbox = Sandbox()
    with sandbox.webhooks(lambda headers, body: None) as sender, sandbox.serve() as server:
        delivery = sender.make("RelationCreate", {"id": "6a44f1c09b3e7d2100000001"})
        output = run(
            command,
            cwd=tmp_path,
            SANDBOX_URL=server.url,
            SANDBOX_TOKEN=sandbox.token,
            SANDBOX_LOCATION=sandbox.location_id,
            SANDBOX_CODE=sandbox.oauth.install(location_id=sandbox.location_id),
            SANDBOX_AGENCY_CODE=sandbox.oauth.install(),
            WEBHOOK_BODY=delivery.body.decode(),
            WEBHOOK_SIGNATURE=delivery.headers["X-GHL-Signature"],
            WEBHOOK_PUBLIC_KEY=sender.public_key,
        )
    assert output.splitlines()[-1] == "created, read, updated, deleted"
    requests = [one for one in sandbox.requests if one.operation is not None]
    published = {name for name, each in OPERATIONS.items() if each.is_published}
    assert {one.operation for one in requests} == published
    assert {one.version for one in requests} == {version}  # its default
    assert list(sandbox.oauth.refreshes) == [sandbox.location_id]
    assert list(sandbox.oauth.derived) == [sandbox.location_id]
