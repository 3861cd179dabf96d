"""A token permits what HighLevel permits; a refusal has HighLevel's status and text."""

from collections.abc import Iterable

import pytest

from facade._core.client_options import PUBLISHED_VERSIONS
from facade.testing import Sandbox
from tests.facade.testing.app import App, refusal


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({"Authorization": ""}, "Invalid JWT"),
        ({"Authorization": "Basic eA=="}, "Invalid JWT"),
        ({"Authorization": "Bearer eyJhbGciOi"}, "Invalid JWT"),
        ({"Authorization": "Bearer pit-unknown"}, "Invalid Private Integration token"),
        ({"Authorization": "Bearer revoked"}, "Invalid token: access token is invalid"),
        ({"Version": ""}, "version header was not found."),
        ({"Version": "2020-01-01"}, "version header is invalid"),
        ({"Authorization": "Bearer agency"}, "This authClass type is not allowed to access this"),
        ({"Authorization": "Bearer pit-agency"}, "Token's user type mismatch!"),
        ({"Authorization": "Bearer reader"}, "The token is not authorized for this scope."),
    ],
)
def test_a_request_without_permission_is_a_401(headers: dict[str, str], text: str) -> None:
    sandbox = Sandbox()
    sandbox.add_token("revoked")
    sandbox.revoke_token("revoked")
    sandbox.add_token("reader", scopes=["associations.readonly", "associations/relation.readonly"])
    sandbox.add_token("agency", user_type="Company")
    sandbox.add_token("pit-agency", user_type="Company")
    assert refusal(App(sandbox, **headers).create("pets"), 401).startswith(text)


def test_what_is_added_again_keeps_its_data_and_is_accepted_again() -> None:
    sandbox = Sandbox()
    app = App(sandbox, Authorization=f"bearer {sandbox.token}")
    pets = app.created("pets")
    sandbox.revoke_token(sandbox.token)
    assert app.http.get(f"/associations/{pets}").status_code == 401
    sandbox.add_location(sandbox.location_id)
    sandbox.add_token(sandbox.token)
    assert app.http.get(f"/associations/{pets}").status_code == 200


@pytest.mark.parametrize(
    ("accepted", "sent", "refusals"),
    [
        (PUBLISHED_VERSIONS, PUBLISHED_VERSIONS, []),
        (PUBLISHED_VERSIONS, ["v4"], [(401, "version header is invalid")]),
        (
            PUBLISHED_VERSIONS,
            ["latest"],
            [(400, "Invalid API version segment 'latest' at position 0")],
        ),
        (["v4"], ["v4", "v3"], [(401, "version header is invalid")]),
        ("v4", ["v4"], []),
    ],
)
def test_the_sandbox_accepts_the_versions_that_are_given(
    accepted: Iterable[str], sent: list[str], refusals: list[tuple[int, str]]
) -> None:
    sandbox = Sandbox(versions=accepted)
    found = [App(sandbox, Version=version).http.get("/associations/x") for version in sent]
    refused = [one for one in found if one.status_code != 404]
    assert [(one.status_code, one.json()["message"]) for one in refused] == refusals
    assert App(sandbox).http.get("/associations/x").status_code == 404  # under a Version of its own


@pytest.mark.parametrize("versions", [[], ["2021-07-28", "latest"], ""])
def test_a_version_without_the_form_of_one_is_no_version_of_a_sandbox(versions: list[str]) -> None:
    with pytest.raises(
        ValueError, match="a Version must be a date like 2021-07-28, v and a number"
    ):
        Sandbox(versions=versions)


@pytest.fixture
def narrow() -> App:
    """Return an app whose token has access to one of two locations."""
    sandbox = Sandbox()
    sandbox.add_location("other")
    sandbox.add_token("here", locations=["sandbox-location"])
    return App(sandbox, Authorization="Bearer here")


FORBIDDEN = "The token does not have access to this location."


@pytest.mark.parametrize(
    ("location", "status", "text"),
    [
        ("", 400, "LocationId is not specified"),
        ("unknown", 403, FORBIDDEN),
        ("other", 403, FORBIDDEN),
    ],
)
def test_a_token_accesses_its_locations_only(
    narrow: App, location: str, status: int, text: str
) -> None:
    assert refusal(narrow.create("pets", locationId=location), status) == text


def test_an_association_of_another_location_is_forbidden(narrow: App) -> None:
    foreign = narrow.sandbox.seed_association(key="foreign", location_id="other")["id"]
    assert refusal(narrow.http.get(f"/associations/{foreign}"), 403) == FORBIDDEN
    assert refusal(narrow.http.delete(f"/associations/{foreign}"), 403) == FORBIDDEN


def test_a_request_that_names_no_location_is_of_the_tokens_first() -> None:
    sandbox = Sandbox()
    sandbox.add_location("other")
    sandbox.add_token("there", locations=["other", "sandbox-location"])
    for location_id in ("sandbox-location", "other"):
        sandbox.seed_association(key=f"of {location_id}", location_id=location_id)
    app = App(sandbox, Authorization="Bearer there")
    listed = app.http.get("/associations/objectKey/contact").json()["associations"]
    assert listed[-1]["key"] == "of other"
    everywhere = app.http.get("/associations/BUSINESSES_CONTACTS_ASSOCIATION").json()
    assert everywhere["locationId"] == "other"
