"""A token permits what HighLevel permits; a refusal has HighLevel's status and text."""

import pytest

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


def test_a_version_without_the_form_of_one_is_a_400() -> None:
    text = "Invalid API version segment 'latest' at position 0"
    assert refusal(App(Sandbox(), Version="latest").create("pets"), 400) == text


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
    ("accepted", "sent", "is_accepted"),
    [
        (None, "2021-04-15", True),
        (None, "2021-07-28", True),
        (None, "2023-02-21", True),
        (None, "v3", True),
        (None, "v4", False),
        (["v4"], "v4", True),
        (["v4"], "v3", False),
        ("v4", "v4", True),
    ],
)
def test_the_sandbox_accepts_the_versions_that_are_given(
    accepted: list[str] | None, sent: str, is_accepted: bool
) -> None:
    sandbox = Sandbox() if accepted is None else Sandbox(versions=accepted)
    response = App(sandbox, Version=sent).create("pets")
    if is_accepted:
        assert response.status_code == 201
    else:
        assert refusal(response, 401) == "version header is invalid"
    assert App(sandbox).http.get("/associations/x").status_code == 404  # under a Version of its own


@pytest.mark.parametrize("versions", [[], ["v"], ["2021-07-28", "latest"], ""])
def test_a_version_without_the_form_of_one_is_no_version_of_a_sandbox(versions: list[str]) -> None:
    with pytest.raises(
        ValueError, match="a Version must be a date like 2021-07-28, or v and a number"
    ):
        Sandbox(versions=versions)


@pytest.mark.parametrize("location", ["", "unknown", "other"])
def test_a_token_accesses_its_locations_only(location: str) -> None:
    sandbox = Sandbox()
    sandbox.add_location("other")
    sandbox.add_token("here", locations=["sandbox-location"])
    app = App(sandbox, Authorization="Bearer here")
    response = app.create("pets", locationId=location)
    if location:
        text = "The token does not have access to this location."
        assert refusal(response, 403) == text
    else:
        assert refusal(response, 400) == "LocationId is not specified"


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


def test_an_association_of_another_location_is_forbidden() -> None:
    sandbox = Sandbox()
    sandbox.add_location("other")
    sandbox.add_token("here", locations=["sandbox-location"])
    foreign = sandbox.seed_association(key="foreign", location_id="other")["id"]
    app = App(sandbox, Authorization="Bearer here")
    text = "The token does not have access to this location."
    assert refusal(app.http.get(f"/associations/{foreign}"), 403) == text
    assert refusal(app.update(foreign, "A", "B"), 403) == text
    assert refusal(app.http.delete(f"/associations/{foreign}"), 403) == text
