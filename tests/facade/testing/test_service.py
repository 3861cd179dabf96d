"""Requests are processed one at a time, and recorded."""

import ast
import re
from pathlib import Path

import pytest

from facade._core.client_options import VERSION
from facade.testing import Sandbox, handlers
from facade.testing.messages import Ours
from tests.facade.testing.app import App, body_of, refusal

ROOT = Path(__file__).parents[3]


def test_requests_are_kept_without_their_token(app: App) -> None:
    app.created("pets")
    app.ask("GET", "relations/ann?limit=0&locationId=sandbox-location")
    first, second = app.sandbox.requests
    assert (first.method, first.operation, first.status) == ("POST", "create_association", 201)
    assert (first.path, first.version, first.body["key"]) == ("/associations/", VERSION, "pets")
    assert (second.operation, second.status, second.body) == ("list_relations", 422, None)
    assert second.query == {"limit": ["0"], "locationId": ["sandbox-location"]}
    assert "pit-sandbox" not in repr(app.sandbox.requests)


def test_an_operation_without_a_handler_is_501(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(handlers, "get_association")
    said = "The sandbox has no handler for the operation get_association."
    assert refusal(app.ask("GET", "pets"), 501) == said


@pytest.mark.parametrize("version", ["v3", VERSION])
def test_errors_may_have_the_form_that_is_published_for_v3(version: str) -> None:
    answers = {"no_such_association": (409, "exists")}
    app = App(Sandbox(error_body="nested", answers=answers), Version=version)
    refused, replaced = app.create("toys", colour="red"), app.ask("GET", "x")
    assert (refused.status_code, replaced.status_code) == (422, 409)
    if version == "v3":
        assert body_of(refused) == {
            "error": {
                "code": "UNPROCESSABLE_ENTITY",
                "message": "property colour should not exist",
                "details": {"messages": ["property colour should not exist"]},
                "resolution": Ours.RESOLUTION,
            }
        }
        assert body_of(replaced)["error"]["message"] == "exists"
    else:
        assert body_of(replaced) == {"statusCode": 409, "message": "exists", "error": "Conflict"}


def test_a_text_of_an_operation_is_that_of_a_witness_or_marked_as_ours() -> None:
    """So that no app takes for HighLevel's what is invented here."""
    witnessed = (ROOT / "openapi" / "witnesses").glob("*.yaml")
    recorded = " ".join(path.read_text().replace("''", "'") for path in witnessed)
    recorded = re.sub(r"\s+", " ", recorded)
    unknown: list[str] = []
    for path in (ROOT / "facade" / "testing").glob("*.py"):
        if path.name == "oauth.py":
            continue  # its refusals have no operation
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                unknown += [part for part in texts(node.args[1]) if part not in recorded]
    assert unknown == []


def texts(node: ast.expr) -> list[str]:
    """Return the parts of a text that are written in an expression, without single words."""
    found = [each.value for each in ast.walk(node) if isinstance(each, ast.Constant)]
    parts = [str(each).strip(" '[].:") for each in found]
    return [part for part in parts if " " in part]
