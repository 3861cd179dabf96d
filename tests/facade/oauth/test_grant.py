"""Grants: valid token responses, and valid entries of a store."""

import json
from math import inf
from typing import Any

import httpx
import pytest
from attrs import evolve

from facade import ContractError
from facade.oauth import Grant, MemoryTokenStore, OAuth, TokenStoreError
from tests.facade.driving import Clock
from tests.facade.oauth.runs import APP, GRANT

ANSWER = {
    "access_token": "access-secret",
    "refresh_token": "refresh-secret",
    "expires_in": 100,
    "userType": "Location",
    "locationId": "l1",
    "companyId": "c1",
}
OF_NOBODY = {"userType": None, "locationId": None, "companyId": None}
REFRESHED = {"refresh_token": "refresh-secret"}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ANSWER | {"access_token": ""}, "no usable tokens, but access_token, refresh_token"),
        (ANSWER | {"access_token": "of two lines\n"}, "no usable tokens"),
        (ANSWER | {"expires_in": True}, "no usable tokens"),
        (ANSWER | {"expires_in": 0}, "no usable tokens"),
        (ANSWER | {"expires_in": inf}, "no usable tokens"),
        (["access-secret"], "no usable tokens, but no fields"),
        (ANSWER | OF_NOBODY, "did not say which location"),
        (ANSWER | {"locationId": None}, "did not say which location"),
        (ANSWER | {"userType": "Company", "companyId": ""}, "did not say which company"),
    ],
)
def test_the_error_for_an_unusable_answer_does_not_show_it(answer: Any, message: str) -> None:
    content = json.dumps(answer)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=content))
    with pytest.raises(ContractError, match=message) as caught:
        OAuth(*APP, transport=transport).exchange("the-code", unsolicited=True)
    assert caught.value.body is None
    if "usable" in message:
        assert (caught.value.method, caught.value.path) == ("POST", "/oauth/token")


def exchanged(answer: Any, clock: Clock) -> Grant:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
    return OAuth(*APP, transport=transport, clock=clock).exchange("the-code", unsolicited=True)


@pytest.mark.parametrize(("location_id", "owner"), [("l1", "Location"), (None, "Company")])
def test_tokens_whose_kind_is_not_said_are_an_agencys_if_they_name_no_location(
    location_id: str | None, owner: str, clock: Clock
) -> None:
    answer = ANSWER | {"userType": None, "locationId": location_id}
    assert exchanged(answer, clock).user_type == owner


def test_fields_may_have_the_names_of_v3(clock: Clock) -> None:
    tokens = {"accessToken": "access-secret", "refreshToken": "refresh-secret", "expiresIn": 100}
    owner = {"userType": "Location", "locationId": "l1", "companyId": "c1"}
    assert exchanged(tokens | owner, clock) == exchanged(ANSWER, clock)
    in_snake_case = {"user_type": "Location", "location_id": "l1", "company_id": "c1"}
    assert exchanged(tokens | in_snake_case, clock) == exchanged(ANSWER, clock)
    assert exchanged({"access_token": None} | tokens | owner, clock) == exchanged(ANSWER, clock)


INSTALLATION = {
    "approvedLocations": ["l1", "l2"],
    "isBulkInstallation": True,
    "installToFutureLocations": False,
    "planId": "p1",
    "appId": "a1",
    "versionId": "v1",
}


def test_a_grant_keeps_what_an_installation_says_also_in_a_store(clock: Clock) -> None:
    grant = exchanged(ANSWER | INSTALLATION, clock)
    assert grant.approved_locations == ("l1", "l2")
    assert (grant.is_bulk_installation, grant.install_to_future_locations) == (True, False)
    assert (grant.plan_id, grant.app_id, grant.version_id) == ("p1", "a1", "v1")
    assert Grant.from_json(grant.to_json()) == grant
    hash(grant)
    unknown = exchanged(ANSWER, clock)
    assert unknown.approved_locations == ()
    assert unknown.is_bulk_installation is unknown.install_to_future_locations is None
    assert Grant.from_json(unknown.to_json()) == unknown


def test_what_an_installation_says_in_another_form_is_ignored(clock: Clock) -> None:
    odd: dict[str, Any] = {"approvedLocations": [{"id": "l1"}], "isBulkInstallation": "yes"}
    odd |= {"planId": 7, "expiresAt": 5.0}  # times are those of this machine
    assert exchanged(ANSWER | odd, clock) == exchanged(ANSWER, clock)


@pytest.mark.parametrize(
    ("key", "stored", "problem"),
    [
        ("location:l2", REFRESHED | {"location_id": "l2"}, "l1 instead of l2"),
        ("location:l1", REFRESHED | {"company_id": "c2"}, "c1 instead of c2"),
        ("location:l2", {"company_id": "c1"}, "l1 instead of l2"),  # derived from its agency's
        ("location:l1", {"company_id": "c2"}, "c1 instead of c2"),
    ],
)
def test_tokens_of_another_owner_are_refused(
    key: str, stored: dict[str, str], problem: str, clock: Clock
) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=ANSWER))
    store = MemoryTokenStore()
    store.save(f"sandbox-app:{key}", Grant(**stored))  # type: ignore[arg-type]
    for company_id in ("c1", "c2"):
        agency = Grant(
            access_token="agency-secret",
            company_id=company_id,
            renew_at=clock.now + 1,
            expires_at=clock.now + 1,
        )
        store.save(f"sandbox-app:company:{company_id}", agency)
    with pytest.raises(ContractError, match=f"returned tokens of {problem}"):
        OAuth(*APP, store=store, transport=transport, clock=clock).token(key.split(":")[1])


@pytest.mark.parametrize(
    "text",
    [
        "access-secret",
        '["access_token"]',
        '{"access_token": "access-secret", ',
        "[" * 100_000,
        b"\xff",
        '{"refresh_token": "refresh-secret"}',
        '{"access_token": null}',
        '{"access_token": "access-secret", "renew_at": "soon"}',
        '{"access_token": "access-secret", "approved_locations": "l1"}',
        '{"access_token": "access-secret", "approved_locations": [1]}',
        '{"access_token": "access-secret", "is_bulk_installation": "yes"}',
    ],
)
def test_an_entry_that_is_not_a_grant_is_an_error_that_does_not_show_it(text: str | bytes) -> None:
    with pytest.raises(TokenStoreError, match="holds an entry that is not a grant"):
        Grant.from_json(text)


def test_a_grant_of_a_later_version_is_read() -> None:
    assert Grant.from_json('{"access_token": "a", "colour": "blue"}') == Grant(access_token="a")


def test_a_digest_is_of_the_access_token_alone_and_does_not_show_it() -> None:
    one, same, other = GRANT, evolve(GRANT, scope="c"), evolve(GRANT, access_token="another")
    assert one.digest == same.digest != other.digest
    assert GRANT.access_token not in one.digest
