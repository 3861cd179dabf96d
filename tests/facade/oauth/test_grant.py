"""Grants: valid token responses, and valid entries of a store."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from attrs import evolve

from facade import ContractError
from facade.oauth import Grant, InstalledLocation, TokenStoreError
from facade.oauth.grant import Answer, parse_code, parse_locations
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import GRANT

ANSWER = {
    "access_token": "access-secret",
    "refresh_token": "refresh-secret",
    "expires_in": 100,
    "userType": "Location",
    "locationId": "l1",
    "companyId": "c1",
}
OF_NOBODY = {"userType": None, "locationId": None, "companyId": None}


def exchanged(answer: Any, app: App) -> Grant:
    return app.always(200, answer).exchange("the-code", unsolicited=True)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (ANSWER | {"access_token": ""}, "no usable tokens, but access_token, refresh_token"),
        (ANSWER | {"access_token": "of two lines\n"}, "no usable tokens"),
        (["access-secret"], "no usable tokens, but no fields"),
        (ANSWER | OF_NOBODY, "did not say which location"),
        (ANSWER | {"userType": "Company", "companyId": ""}, "did not say which company"),
    ],
)
def test_the_error_for_an_unusable_answer_hides_it(answer: Any, message: str, app: App) -> None:
    with pytest.raises(ContractError, match=message) as caught:
        exchanged(answer, app)
    assert caught.value.body is None
    if "usable" in message:
        assert (caught.value.method, caught.value.path) == ("POST", "/oauth/token")


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ({"userType": None, "location_id": None}, {}),
        ({"userType": None, "locationId": None}, {"user_type": "Company", "location_id": ""}),
        ({"access_token": None, "accessToken": "access-secret", "userId": ""}, {}),
        ({"expires_in": None, "expiresIn": 100, "companyId": None, "company_id": "c1"}, {}),
        ({"approvedLocations": ["l1", "l2"]}, {"approved_locations": ("l1", "l2")}),
        ({"approvedLocations": [{"id": "l1"}], "isBulkInstallation": "yes"}, {}),
        ({"approvedLocations": "l1"}, {}),
        ({"installToFutureLocations": False}, {"install_to_future_locations": False}),
        ({"versionId": "v1", "appId": "a1", "planId": 7}, {"version_id": "v1", "app_id": "a1"}),
        ({"expiresAt": 5.0}, {}),  # times are those of this machine
    ],
)
def test_a_grant_has_what_an_answer_says_in_each_spelling_and_is_stored_whole(
    said: dict[str, Any], known: dict[str, Any], app: App
) -> None:
    grant = exchanged(ANSWER | said, app)
    times = {"issued_at": 1000.0, "renew_at": 1090.0, "expires_at": 1100.0}
    assert grant == evolve(GRANT, user_id="", scope="", **(times | known))
    assert Grant.from_json(grant.to_json()) == grant
    hash(grant)


UNKNOWN = [None, "", "soon", "nan", "inf", 10**400, -5, "-5", 0, True, [100]]


@pytest.mark.parametrize(
    ("said", "lifetime"), [("1", 1.0), (" 100.5 ", 100.5), *((one, None) for one in UNKNOWN)]
)
def test_tokens_are_stored_whatever_is_said_of_their_lifetime(
    said: Any, lifetime: float | None, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    oauth = app.always(200, ANSWER | {"access_token": "another-secret", "expires_in": said})
    installed = oauth.exchange("the-code", unsolicited=True)
    assert installed.expires_at - installed.issued_at == (lifetime or 86_399.0)
    margin = installed.expires_at - installed.renew_at
    assert margin == pytest.approx((lifetime or 6000.0) / 10)
    app.keep("location:l1", 0, issued_at=700.0)  # it lived for 300 s
    renewed = app.always(200, ANSWER | {"access_token": "another-secret", "expires_in": said})
    assert renewed.token("l1") == "another-secret"
    (grant,) = renewed.installations()
    assert grant.expires_at - grant.issued_at == (lifetime or 300.0)
    assert ("sent no valid expires_in; 300 s are assumed" in caplog.text) == (lifetime is None)


def test_a_stored_grant_that_expired_before_it_was_issued_tells_no_lifetime(app: App) -> None:
    app.keep("location:l1", 0, issued_at=app.clock.now + 1.0)
    oauth = app.always(200, ANSWER | {"access_token": "another-secret", "expires_in": None})
    assert oauth.token("l1") == "another-secret"
    (grant,) = oauth.installations()
    assert grant.expires_at - grant.issued_at == 86_399.0


@pytest.mark.parametrize("said", [OF_NOBODY | {"companyId": "c1"}, {"refresh_token": None}])
def test_a_renewal_keeps_what_its_answer_leaves_out(
    said: dict[str, Any], app: App, caplog: pytest.LogCaptureFixture
) -> None:
    exchanged(ANSWER | {"refresh_token": None}, app)
    assert "refresh token" not in caplog.text  # there was none before
    app.keep("location:l1", 0)
    oauth = app.always(200, ANSWER | said | {"access_token": "another-secret"})
    assert oauth.token("l1") == "another-secret"
    (grant,) = oauth.installations()
    kept = (grant.user_type, grant.location_id, grant.refresh_token)
    assert kept == ("Location", "l1", "refresh-secret")
    told = "location:l1: HighLevel sent no refresh token; the last one is kept"
    assert (told in caplog.text) == ("refresh_token" in said)


@pytest.mark.parametrize(
    "entry",
    [
        b"\xff",
        "[" * 100_000,
        ["access_token"],
        {"refresh_token": "refresh-secret"},
        {"access_token": "access-secret", "renew_at": "soon"},
        {"access_token": "access-secret", "approved_locations": [1]},
        {"access_token": "access-secret", "is_bulk_installation": "yes"},
    ],
)
def test_an_entry_that_is_not_a_grant_is_an_error_that_does_not_show_it(entry: Any) -> None:
    text = entry if isinstance(entry, str | bytes) else json.dumps(entry)
    with pytest.raises(TokenStoreError, match="holds an entry that is not a grant"):
        Grant.from_json(text)


def test_a_grant_of_a_later_version_is_read_and_expired_unless_it_has_times() -> None:
    grant = Grant.from_json('{"access_token": "a", "colour": "blue"}')
    assert grant == Grant(access_token="a", issued_at=0.0, renew_at=0.0, expires_at=0.0)


def test_a_digest_is_of_the_access_token_alone_and_does_not_show_it() -> None:
    one, same, other = GRANT, evolve(GRANT, scope="c"), evolve(GRANT, access_token="another")
    assert one.digest == same.digest != other.digest
    assert GRANT.access_token not in one.digest


@pytest.mark.parametrize("seconds", [0, 60])
@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"access_token": None}, "no usable tokens"),
        ({"access_token": "of two lines\n"}, "no usable tokens"),
        ({"access_token": None, "locationId": "l2"}, "no usable tokens"),
        ({"locationId": "l2"}, "tokens of l2 instead of l1"),
        ({"companyId": "c2"}, "tokens of c2 instead of c1"),
    ],
)
def test_the_refresh_token_of_an_answer_without_a_usable_access_token_is_stored(
    said: dict[str, Any], problem: str, seconds: int, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.keep("location:l1", seconds, renew_at=app.clock.now)
    (stored,) = app().installations()
    oauth = app.always(200, ANSWER | {"refresh_token": "next-refresh-secret"} | said)
    # The old one may be valid still, and was refused by nobody.
    with nullcontext() if seconds else pytest.raises(ContractError, match=problem):
        assert oauth.token("l1") == "access-secret"
    still = f"still valid for 60 s: POST /oauth/token returned {problem}"
    assert (still in caplog.text) == bool(seconds)
    assert oauth.installations() == [evolve(stored, refresh_token="next-refresh-secret")]


def test_a_token_is_valid_until_it_expires_or_is_refused() -> None:
    for now, is_fresh, is_valid in (
        (2.4, True, True),
        (2.5, False, True),
        (3.4, False, True),
        (3.5, False, False),
    ):
        for rejected in ("", "of another token"):
            assert GRANT.is_fresh(now, rejected) is is_fresh
            assert GRANT.is_valid(now, rejected) is is_valid
        assert not GRANT.is_fresh(now, GRANT.digest)
        assert not GRANT.is_valid(now, GRANT.digest)


def answer_of(body: object) -> Answer:
    return Answer(body, 0.0, "GET", "/oauth/x")


def test_a_location_has_an_id_in_each_spelling_and_is_installed_unless_that_is_denied() -> None:
    others = {"_id": 7, "name": 7, "address": "1 Main St"}
    found: list[dict[str, Any]] = [
        {"_id": "l1", "locationId": "other", "name": "One", "isInstalled": False},
        {"id": "l2", "isInstalled": None, **others},
    ]
    locations = parse_locations(answer_of({"locations": found}))
    others.pop("name")
    expected = [
        InstalledLocation(id="l1", name="One", is_installed=False),
        InstalledLocation(id="l2", name="", is_installed=True, extra=others),
    ]
    assert locations == expected
    assert {*locations} == {*expected}


def test_a_code_is_found_in_each_spelling_and_not_shown() -> None:
    for name in ("authorizationCode", "authorization_code"):
        answer = answer_of({name: "the-code"})
        assert parse_code(answer) == "the-code"
        assert "the-code" not in repr(answer)


@pytest.mark.parametrize(
    ("parse", "body", "problem"),
    [
        (parse_locations, {}, "no list of locations"),
        (parse_locations, {"locations": ["l1"]}, "a location without an id"),
        (parse_locations, {"locations": [{"_id": ""}]}, "a location without an id"),
        (parse_locations, {"locations": [{"_id": 7}]}, "a location without an id"),
        (parse_code, {"expiresAt": 1, "x": 2}, "no authorization code, but expiresAt, x"),
        (parse_code, {"authorizationCode": ""}, "no authorization code, but authorizationCode"),
        (parse_code, {"authorizationCode": 7}, "no authorization code, but authorizationCode"),
        (parse_code, [], "no authorization code, but no fields"),
    ],
)
def test_what_is_no_page_and_no_code_is_an_error(
    parse: Callable[[Answer], object], body: object, problem: str
) -> None:
    with pytest.raises(ContractError, match=f"^GET /oauth/x returned {problem} - ") as caught:
        parse(answer_of(body))
    error = caught.value
    assert (error.method, error.path, error.status_code) == ("GET", "/oauth/x", 200)
