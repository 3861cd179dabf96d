"""Requests are processed one at a time, answered as the options say, and recorded."""

import ast
import re
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest

from facade._core.client_options import VERSION
from facade.testing import Fault, Response, Sandbox, faults
from facade.testing.messages import REFUSALS, DroppedConnectionError, Ours, Request, When
from tests.facade.driving import Clock
from tests.facade.testing.conftest import App, body_of, refusal

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
    assert app.sandbox._service.received.maxlen == 10_000


REQUEST = Request("GET", "/associations/x", {"authorization": "Bearer pit-sandbox"})


def test_an_exchange_is_its_waits_and_its_response_and_only_its_work_locks() -> None:
    sandbox, given = Sandbox(), Response(202, b"", {})
    lock = sandbox._service.lock = MagicMock()
    sandbox.misbehave(Fault(wait_before=1.0, afterwards=lambda _: given, wait_after=2.0))
    found = [(step, lock.__enter__.call_count) for step in sandbox.exchange(REQUEST)]
    assert found == [(1.0, 1), (2.0, 2), (given, 2)]


@pytest.mark.parametrize(("when", "kept"), [("connecting", []), ("before_work", [None])])
def test_of_a_dropped_connection_the_request_is_kept_if_it_was_sent(
    when: When, kept: list[None], sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.drop(when))
    with pytest.raises(DroppedConnectionError):
        list(sandbox.exchange(REQUEST))
    assert [one.status for one in sandbox.requests] == kept


def test_an_operation_that_is_not_published_is_there_under_one_version_only(app: App) -> None:
    body = {**app.location, "add": []}
    answered = app.ask("POST", "relations/bulk", json=body)
    assert (answered.status_code, body_of(answered)["results"]) == (201, {"errored": []})
    refused = app.ask("POST", "relations/bulk", json=body, headers={"Version": "v3"})
    assert refusal(refused, 404) == "Cannot POST /associations/relations/bulk"
    assert refusal(app.ask("PATCH", "x"), 404) == "Cannot PATCH /associations/x"


def test_each_location_has_its_own_budget_even_if_only_the_path_implies_it() -> None:
    app = App(Sandbox(limit=(1, 10.0), clock=Clock()))
    app.sandbox.add_location("other")
    foreign = app.sandbox.seed_association(key="foreign", location_id="other")["id"]
    assert [app.create(key).status_code for key in ("one", "two")] == [201, 429]
    assert app.ask("GET", foreign).status_code == 200
    assert refusal(app.create("two", locationId="other"), 429) == "The limit is reached."
    # Whose it is, is not known: the first location's.
    assert app.ask("GET", "x", headers={"Authorization": ""}).status_code == 429


def test_a_token_request_has_errors_of_its_own_spends_no_budget_and_hides_secrets() -> None:
    app = App(Sandbox(limit=(1, 10.0)))
    given = {"grant_type": "refresh_token", "refresh_token": "secret"}
    for _ in range(2):
        refused = app.http.post("/oauth/token", json=given)
        said = {"error": "UnAuthorized!", "error_description": "Invalid client credentials!"}
        assert (refused.status_code, body_of(refused)) == (401, said)
    assert "secret" not in repr(app.sandbox.requests)


@pytest.mark.parametrize("empty", ["", None])
def test_what_a_successful_operation_answers_is_replaced_and_its_work_is_done(empty: Any) -> None:
    app = App(Sandbox(answers={"delete_relation": (204, empty)}))
    relation = app.related(app.created("pets"), "ann", "rex")
    response = app.delete(f"relations/{relation}")
    assert (response.status_code, response.content) == (204, b"")
    assert app.sandbox.relations() == []
    assert app.delete(f"relations/{relation}").status_code == 404


@pytest.mark.parametrize(
    ("form", "version"), [("nested", "v3"), ("nested", VERSION), ("flat", "v3")]
)
def test_errors_may_have_the_form_that_is_published_for_v3(form: Any, version: str) -> None:
    answers = {"no_such_association": (409, "exists")}
    app = App(Sandbox(error_body=form, answers=answers), Version=version)
    refused, replaced = app.create("toys", colour="red"), app.ask("GET", "x")
    assert (refused.status_code, replaced.status_code) == (422, 409)
    if (form, version) == ("nested", "v3"):
        said = "property colour should not exist"
        error: Any = {"code": "UNPROCESSABLE_ENTITY", "message": said}
        error |= {"details": {"messages": [said]}, "resolution": Ours.RESOLUTION}
        assert body_of(refused) == {"error": error}
        assert body_of(replaced)["error"]["message"] == "exists"
    else:
        assert body_of(replaced) == {"statusCode": 409, "message": "exists", "error": "Conflict"}


def test_a_text_of_an_operation_is_that_of_a_witness_or_marked_as_ours() -> None:
    """So that no app takes for HighLevel's what is invented here."""
    witnessed = (ROOT / "openapi" / "witnesses").glob("*.yaml")
    recorded = " ".join(path.read_text().replace("''", "'") for path in witnessed)
    recorded = re.sub(r"\s+", " ", recorded)
    named = [text for _, text in REFUSALS.values() if text not in vars(Ours).values()]
    unknown = [part for text in named for part in parts_of(text) if part not in recorded]
    for path in (ROOT / "facade" / "testing").glob("*.py"):
        if path.name == "oauth.py":
            continue  # its refusals have no operation
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Refusal":
                written = [one for one in ast.walk(node.args[1]) if isinstance(one, ast.Constant)]
                parts = [part for one in written for part in parts_of(str(one.value))]
                unknown += [part for part in parts if part not in recorded]
    assert unknown == []


def parts_of(text: str) -> list[str]:
    """Return the parts of a text between its values, without single words."""
    parts = [part.strip(" '[].:") for part in text.split("{}")]
    return [part for part in parts if " " in part]
