"""Requests are processed one at a time, and recorded."""

import pytest

from facade.testing import handlers
from tests.facade.testing.app import App


def test_requests_are_kept_without_their_token(app: App) -> None:
    pets = app.created("pets")
    app.http.get("/associations/relations/ann?limit=0&locationId=sandbox-location")
    first, second = app.sandbox.requests
    assert (first.method, first.operation, first.status) == ("POST", "create_association", 201)
    assert (first.path, first.body["key"], first.version) == (
        "/associations/",
        "pets",
        "2021-07-28",
    )
    assert (second.operation, second.status, second.body) == ("list_relations", 422, None)
    assert second.query == {"limit": ["0"], "locationId": ["sandbox-location"]}
    assert pets not in second.path
    assert "pit-sandbox" not in repr(app.sandbox.requests)


def test_an_operation_without_a_handler_is_answered_with_501(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(handlers, "get_association")
    response = app.http.get("/associations/pets")
    assert response.status_code == 501
    assert response.json()["error"] == "Not Implemented"
    assert response.json()["message"] == (
        "The sandbox has no handler for the operation get_association."
    )
