"""OAuth in an app: install, get tokens, renew them, and errors that need a user."""

import re
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any, get_args
from urllib.parse import parse_qsl, urlsplit

import pytest
from httpx import AsyncHTTPTransport

from facade import AuthenticationError, TokenSource
from facade.oauth import (
    SCOPES,
    Grant,
    MemoryTokenStore,
    NotInstalledError,
    OAuth,
    OAuthRefusedError,
    ReauthorizationError,
    StateMismatchError,
)
from facade.oauth.grant import UserType
from facade.testing.oauth import RefusalWording
from tests.facade.driving import Clients
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import AGENCY, APP, COMPANY, DAY, LOCATION, OldStore


def test_the_url_of_an_installation_has_the_scopes_and_a_new_state() -> None:
    oauth = OAuth(*APP, redirect_uri="https://app.example/back?to=1")
    url, state = oauth.authorization_url()
    fields = {
        "response_type": "code",
        "client_id": "sandbox-app",
        "redirect_uri": "https://app.example/back?to=1",
        "scope": " ".join(SCOPES),
        "state": state,
    }
    assert url.startswith("https://marketplace.gohighlevel.com/v2/oauth/chooselocation?")
    assert dict(parse_qsl(urlsplit(url).query)) == fields
    assert {"associations.readonly", "associations/relation.write"} <= {*SCOPES}
    assert list(SCOPES) == sorted(SCOPES)
    assert len(state) >= 43
    assert oauth.authorization_url().state != state
    assert "&scope=&" in oauth.authorization_url([]).url
    draft = oauth.authorization_url(["a", "b"], "mine", version_id="v1")
    given = {"scope": "a b", "state": "mine", "version_id": "v1"}
    assert dict(parse_qsl(urlsplit(draft.url).query)) == fields | given
    with pytest.raises(ValueError, match="redirect_uri"):
        OAuth(*APP, redirect_uri="").authorization_url()
    with pytest.raises(TypeError, match=r"for one scope write \[scope\]"):
        oauth.authorization_url("associations.readonly")


@pytest.mark.parametrize("wording", get_args(RefusalWording))
def test_the_error_for_a_used_code_says_to_start_again(wording: RefusalWording, app: App) -> None:
    app.sandbox.oauth.refusal_wording = wording
    code = app.code()
    with pytest.raises(StateMismatchError):
        app().exchange(code)
    with pytest.raises(ValueError, match="user_type must be Location or Company"):
        app().exchange(code, unsolicited=True, user_type="company")  # type: ignore[arg-type]
    app().exchange(code, unsolicited=True)
    with pytest.raises(ReauthorizationError, match="start the installation again") as caught:
        app().exchange(code, unsolicited=True)
    assert isinstance(caught.value.__cause__, OAuthRefusedError)
    with pytest.raises(OAuthRefusedError, match="client"):
        app.always(401, {"error": "invalid_client"}).exchange(code, unsolicited=True)


@pytest.mark.parametrize(
    ("passed", "is_renewed"), [(0, False), (29, False), (30, True), (-29, False), (-30, True)]
)
def test_a_refused_token_is_renewed_and_the_call_succeeds_unless_the_token_is_new(
    passed: int, is_renewed: bool, app: App, clients: Clients
) -> None:
    oauth = app.installed()
    assert isinstance(oauth, TokenSource)
    client = clients(oauth, LOCATION, transport=app.sandbox.transport())
    token = oauth.token(LOCATION)
    app.sandbox.revoke_token(token)
    app.clock.now += passed  # or the clock is set back
    with nullcontext() if is_renewed else pytest.raises(AuthenticationError):
        assert client.associations.list().total == 4
    assert app.refreshes() == is_renewed
    assert oauth.renew(LOCATION, token) is is_renewed
    assert app().renew(LOCATION, token)  # of a process that knows no token


def test_a_fresh_token_is_one_that_this_process_knows_and_need_not_renew(app: App) -> None:
    oauth = app.installed()
    assert oauth.has_fresh_token(LOCATION)
    assert not oauth.has_fresh_token("l1")
    assert not app().has_fresh_token(LOCATION)
    app.clock.now += DAY - 600
    assert not oauth.has_fresh_token(LOCATION)


@pytest.mark.parametrize("user_type", get_args(UserType))
def test_an_installation_from_the_agencys_view_leads_to_add_location(
    user_type: UserType, app: App
) -> None:
    oauth = app()
    grant = oauth.exchange(app.sandbox.oauth.install(), unsolicited=True, user_type=user_type)
    assert (grant.user_type, grant.location_id, grant.company_id) == ("Company", "", COMPANY)
    assert oauth.agency_token(COMPANY) == grant.access_token
    with pytest.raises(NotInstalledError, match=r"call add_location\(location_id, company_id="):
        oauth.token(LOCATION)


def test_a_location_that_is_reconnected_has_new_tokens(app: App) -> None:
    oauth = app.installed()
    old, grant = oauth.token(LOCATION), oauth.reconnect(location_id=LOCATION)
    assert old != grant.access_token == oauth.token(LOCATION) == app().token(LOCATION)


def with_locations(app: App) -> OAuth:
    """Install the app for an agency with two locations, and for one location by itself."""
    oauth = app()
    for name in ("l1", "l2", "l3"):
        app.sandbox.add_location(name)
    code = app.sandbox.oauth.install(approved_locations=["l1", "l2"])
    oauth.exchange(code, unsolicited=True, user_type="Company")
    for location in reversed(oauth.installed_locations(COMPANY)):
        oauth.add_location(location.id, company_id=COMPANY)
    oauth.exchange(app.sandbox.oauth.install(location_id="l3"), unsolicited=True)
    return oauth


def owners_of(oauth: OAuth) -> list[str]:
    return [grant.location_id or grant.company_id for grant in oauth.installations()]


@pytest.mark.parametrize(
    ("owner", "left"),
    [
        ({"location_id": "l1"}, [COMPANY, "l2", "l3"]),
        ({"company_id": COMPANY}, ["l3"]),
        ({"company_id": "another"}, [COMPANY, "l1", "l2", "l3"]),
    ],
)
def test_a_forgotten_account_has_no_tokens(
    owner: dict[str, Any], left: list[str], app: App
) -> None:
    oauth, other = with_locations(app), app()
    token = other.token("l1")
    assert owners_of(oauth) == [COMPANY, "l1", "l2", "l3"]
    assert oauth.forget(**owner) == (len(left) < 4)
    assert not oauth.forget(**owner)
    assert owners_of(oauth) == left
    assert owners_of(app("sandbox")) == []  # of another app
    if "l1" in left:
        return
    with pytest.raises(NotInstalledError):
        oauth.token("l1")
    app.sandbox.oauth.uninstall(*owner.values())
    app.clock.now += 31  # a newer token would not be renewed
    with pytest.raises((NotInstalledError, ReauthorizationError)):
        other.renew("l1", token)


def test_a_grant_that_is_deleted_meanwhile_is_left_out(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    oauth = with_locations(app)
    app.store.delete(f"sandbox-app:company:{COMPANY}")
    assert oauth.forget(company_id=COMPANY)  # that is, its locations
    assert owners_of(oauth) == ["l3"]
    monkeypatch.setattr(app.store, "keys", lambda prefix: [f"{prefix}gone"])
    assert oauth.installations() == []


@pytest.mark.parametrize("owner", [{}, {"location_id": "l1", "company_id": "c1"}])
def test_reconnect_is_for_one_account(owner: dict[str, str], app: App) -> None:
    with pytest.raises(ValueError, match="pass either location_id or company_id"):
        app().reconnect(**owner)


@pytest.mark.parametrize(
    ("known", "given", "asked"),
    [("", None, "sandbox"), ("told", None, "told"), ("told", "mine", "mine")],
)
def test_the_id_of_the_app_is_the_given_one_or_what_highlevel_told(
    known: str, given: str | None, asked: str, app: App
) -> None:
    app.keep("company:c1", app_id=known, **AGENCY)
    body = {"locations": [{"_id": "l1"}, {"_id": "l2"}]}  # it ignores what was skipped
    found = app.always(200, body).installed_locations("c1", app_id=given)
    assert [one.id for one in found] == ["l1", "l2"]
    assert [one.url.params["appId"] for one in app.requests] == [asked] * 2
    assert max(app.requests[0].extensions["timeout"].values()) == 10.0


@pytest.mark.parametrize(("age", "is_kept"), [(-1, True), (0, False), (1, False)])
def test_a_late_event_deletes_no_newer_tokens(age: float, is_kept: bool, app: App) -> None:
    oauth = app.installed()
    uninstalled_at = datetime.fromtimestamp(app.clock.now + age, UTC)
    assert oauth.forget(location_id=LOCATION, before=uninstalled_at) is not is_kept
    assert owners_of(oauth) == [LOCATION] * is_kept


def test_a_store_without_keys_and_delete_works_until_they_are_needed(app: App) -> None:
    oauth = app.installed(store=OldStore())
    said = r"OldStore has no method keys and delete: .* add keys\(prefix\) and delete\(key\)"
    uses: list[Any] = [oauth.installations, lambda: oauth.forget(location_id=LOCATION)]
    for use in uses:
        with pytest.raises(TypeError, match=said):
            use()
    assert oauth.token(LOCATION)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"client_id": None}, "client_id is empty: is a variable unset?"),
        ({"client_secret": "'quoted'"}, "client_secret is in quotation marks"),
        ({"store": "tokens.sqlite"}, "such as SqliteTokenStore(path), not str"),
        ({"store": MemoryTokenStore}, "such as SqliteTokenStore(path), not a class"),
        ({"base_url": "localhost:8000"}, "base_url is not an http(s) address"),
        ({"transport": AsyncHTTPTransport()}, "transport must have handle_request"),
    ],
)
def test_wrong_arguments_are_refused_before_a_code_is_spent(
    options: dict[str, Any], why: str
) -> None:
    with pytest.raises((TypeError, ValueError), match=re.escape(why)):
        OAuth(**{"client_id": APP[0], "client_secret": APP[1], **options})


def test_no_repr_shows_a_secret(app: App) -> None:
    oauth = app.installed()
    grant = Grant(access_token="access-secret", refresh_token="refresh-secret")
    shown = f"{grant!r} {oauth!r} {vars(oauth)!r}"
    for secret in ("access-secret", "refresh-secret", "sandbox-secret", "of-the-sandbox"):
        assert secret not in shown
