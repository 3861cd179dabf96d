"""Requests are answered one at a time, and kept."""

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
