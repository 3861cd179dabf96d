"""A token permits what HighLevel permits; a refusal has HighLevel's status and text."""

from collections.abc import Iterable

import pytest

from facade._core.client_options import PUBLISHED_VERSIONS
from facade.testing import Sandbox
from tests.facade.testing.conftest import App, refusal

FORBIDDEN = "The token does not have access to this location."


@pytest.mark.parametrize(
    ("token", "text"),
    [
        ("", "Invalid JWT"),
        ("Basic eA==", "Invalid JWT"),
        ("Bearer eyJhbGciOi", "Invalid JWT"),
        ("Bearer pit-unknown", "Invalid Private Integration token"),
        ("Bearer revoked", "Invalid token: access token is invalid"),
        ("Bearer agency", "This authClass type is not allowed to access this"),
        ("Bearer pit-agency", "Token's user type mismatch!"),
        ("Bearer reader", "The token is not authorized for this scope."),
    ],
)
def test_a_request_without_permission_is_a_401(token: str, text: str) -> None:
    sandbox = Sandbox()
    sandbox.add_token("revoked")
    sandbox.revoke_token("revoked")
    sandbox.add_token("reader", scopes=["associations.readonly", "associations/relation.readonly"])
    sandbox.add_token("agency", user_type="Company")
    sandbox.add_token("pit-agency", user_type="Company")
    assert refusal(App(sandbox, Authorization=token).create("pets"), 401).startswith(text)
    assert App(sandbox, Authorization="Bearer reader").ask("GET", "x").status_code == 404
    assert refusal(App(sandbox, Authorization="", Version="").create("pets"), 401) == "Invalid JWT"


INVALID = "version header is invalid"


@pytest.mark.parametrize(
    ("accepted", "sent", "status", "text"),
    [
        *((PUBLISHED_VERSIONS, version, 404, "not found") for version in PUBLISHED_VERSIONS),
        (PUBLISHED_VERSIONS, "", 401, "version header was not found."),
        (PUBLISHED_VERSIONS, "v4", 401, INVALID),
        (PUBLISHED_VERSIONS, "latest", 400, "Invalid API version segment 'latest' at position 0"),
        (["v4"], "v4", 404, "not found"),
        (["v4"], "v3", 401, INVALID),
    ],
)
def test_the_sandbox_accepts_the_versions_that_are_given(
    accepted: Iterable[str], sent: str, status: int, text: str
) -> None:
    sandbox = Sandbox(versions=accepted)
    assert text in refusal(App(sandbox, Version=sent).ask("GET", "x"), status)
    assert App(sandbox).ask("GET", "x").status_code == 404  # under a Version of its own


def test_a_version_without_the_form_of_one_is_no_version_of_a_sandbox() -> None:
    with pytest.raises(ValueError, match="a Version must be a date like 2021-07-28, v and a num"):
        Sandbox(versions=["2021-07-28", "latest"])


def test_a_token_accesses_its_locations_only() -> None:
    app = App(Authorization="Bearer here")
    app.sandbox.add_location("other")
    app.sandbox.add_token("here", locations=["sandbox-location"])
    for location in ("unknown", "other"):
        assert refusal(app.create("pets", locationId=location), 403) == FORBIDDEN
    foreign = app.sandbox.seed_association(key="foreign", location_id="other")["id"]
    for method in ("GET", "DELETE"):
        assert refusal(app.ask(method, foreign), 403) == FORBIDDEN


def test_a_request_that_names_no_location_is_of_the_tokens_first() -> None:
    app = App(Authorization="Bearer there")
    app.sandbox.add_location("other")
    app.sandbox.add_token("there", locations=["other", "sandbox-location"])
    for location_id in ("sandbox-location", "other"):
        app.sandbox.seed_association(key=f"of {location_id}", location_id=location_id)
    assert app.ask("GET", "objectKey/contact").json()["associations"][-1]["key"] == "of other"
    everywhere = app.ask("GET", "BUSINESSES_CONTACTS_ASSOCIATION").json()
    assert everywhere["locationId"] == "other"
    listed = App(app.sandbox).ask("GET", "objectKey/contact").json()["associations"]
    assert listed[-1]["key"] == "of sandbox-location"  # the first one of all
