"""How grants are renewed or derived, and what follows if HighLevel refuses that."""

import httpx
import pytest

from facade import AssociationsError, MissingScopeError
from facade.oauth import (
    Grant,
    MemoryTokenStore,
    NotInstalledError,
    OAuth,
    OAuthError,
    ReauthorizationError,
)
from facade.testing import faults
from tests.facade.driving import Clients
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import COMPANY, DAY, KEY, LOCATION


class LateStore(MemoryTokenStore):
    """A store in which another process's renewal appears after the first load."""

    late: Grant | None = None

    def load(self, key: str, /) -> Grant | None:
        found = super().load(key)
        if self.late is not None:
            self.save(key, self.late)
            self.late = None
        return found


@pytest.mark.parametrize("is_expired", [False, True])
def test_after_a_refusal_the_store_is_loaded_once_more(is_expired: bool, app: App) -> None:
    oauth, store = app.installed(), LateStore()
    before = app.store.load(KEY)
    assert before is not None
    store.save(KEY, before)
    app.clock.now += DAY
    new = oauth.token(LOCATION)
    app.clock.now += 31  # HighLevel no longer repeats its answer
    store.late = app.store.load(KEY)
    app.clock.now += DAY if is_expired else 0
    assert (app(store=store).token(LOCATION) == new) != is_expired
    assert app.refreshes() == (2 if is_expired else 1)


def uninstalled(app: App, after: float = DAY) -> OAuth:
    """Return the OAuth of an app that was uninstalled, some time later."""
    oauth = app.installed()
    app.sandbox.oauth.uninstall(LOCATION)
    app.clock.now += after
    return oauth


@pytest.mark.parametrize(
    ("passed", "asked"), [(31, 0), (3599, 0), (3600, 1), (-3599, 0), (-3600, 1), (-DAY, 1)]
)
def test_a_refused_refresh_token_rests_for_an_hour(passed: int, asked: int, app: App) -> None:
    oauth = uninstalled(app, 3 * DAY)
    before = app.asked()
    said = (
        "location sandbox-location .*401: UnAuthorized!; .* a user must install the app again, "
        r"at authorization_url\(\), unless reconnect\(location_id='sandbox-location'\)"
    )
    for seconds, requests in [(0, 1), (passed, 1 + asked)]:
        app.clock.now += seconds  # or the clock is set back
        for _ in range(3):
            with pytest.raises(ReauthorizationError, match=said):
                oauth.token(LOCATION)
        assert app.asked() == before + requests


def test_a_token_that_another_worker_installed_is_used_after_a_refusal(app: App) -> None:
    oauth = uninstalled(app)
    with pytest.raises(ReauthorizationError):
        oauth.token(LOCATION)
    assert app.installed().token(LOCATION) == oauth.token(LOCATION)


def test_a_grant_that_is_deleted_while_it_is_refused_is_one_that_has_ended(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    oauth, found = uninstalled(app), iter([app.store.load(KEY), None])
    monkeypatch.setattr(app.store, "load", lambda key: next(found))
    with pytest.raises(ReauthorizationError):
        oauth.token(LOCATION)


def test_an_app_that_is_not_installed_is_not_reconnected_again_and_again(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    uninstalled(app)
    oauth, before = app(reconnects=True), app.asked()
    for _ in range(3):
        with pytest.raises(ReauthorizationError, match=r"nor reconnects it \(.*not installed"):
            oauth.token(LOCATION)
    assert app.asked() == before + 2
    assert caplog.text.count("no longer renews the tokens of location sandbox-location") == 1


@pytest.mark.parametrize("status", [429, 500])
def test_while_highlevel_cannot_reconnect_the_next_call_tries_again(status: int, app: App) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_refresh = request.url.path == "/oauth/token"
        return httpx.Response(401 if is_refresh else status, json={"error": "invalid_grant"})

    app.keep("location:l1", 0)
    oauth = app.answered_by(answer, reconnects=True)
    for _ in range(2):
        before = len(app.requests)
        with pytest.raises(AssociationsError) as caught:
            oauth.token("l1")
        assert not isinstance(caught.value, OAuthError)
        assert app.requests[-1].url.path == "/oauth/reconnect"
        assert len(app.requests) > before


@pytest.mark.parametrize(
    ("company_id", "said"),
    [(None, "location l1: .*authorization_url"), ("c1", "company c1: .*add_location")],
)
def test_a_missing_installation_is_explained(company_id: str | None, said: str, app: App) -> None:
    with pytest.raises(NotInstalledError, match=f"no tokens for {said}"):
        app(company_id=company_id).token("l1")


@pytest.mark.parametrize("is_only_agency", [False, True])
def test_a_token_is_derived_of_its_agencys(
    is_only_agency: bool, app: App, clients: Clients
) -> None:
    oauth = app(company_id=COMPANY if is_only_agency else None)
    oauth.exchange(app.sandbox.oauth.install(), unsolicited=True, user_type="Company")
    if not is_only_agency:
        grant = oauth.add_location(LOCATION, company_id=COMPANY)
        assert (grant.location_id, grant.company_id) == (LOCATION, COMPANY)
        assert grant.access_token == app().token(LOCATION)  # it is saved
    assert oauth.agency_token(COMPANY) != oauth.token(LOCATION) == oauth.token(LOCATION)
    app.clock.now += DAY
    client = clients(oauth, LOCATION, transport=app.sandbox.transport())
    assert client.associations.list().total == 4
    assert list(app.sandbox.oauth.refreshes) == [COMPANY]
    assert list(app.sandbox.oauth.derived) == [LOCATION] * 2


def test_a_refused_agency_token_is_renewed_unless_another_one_lacked_the_scope_too(
    app: App,
) -> None:
    oauth = app()
    oauth.exchange(app.sandbox.oauth.install(), unsolicited=True, user_type="Company")
    app.sandbox.revoke_token(oauth.agency_token(COMPANY))
    assert oauth.add_location(LOCATION, company_id=COMPANY).location_id == LOCATION
    no_scope = faults.fail(401, message="The token is not authorized for this scope.")
    with app.sandbox.misbehave(no_scope) as refused, pytest.raises(MissingScopeError):
        oauth.add_location(LOCATION, company_id=COMPANY)
    assert (app.refreshes(), refused.hits) == (1, 1)


def test_an_app_whose_tokens_are_lost_may_reconnect_by_itself(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    app.installed()
    (old,) = app().installations()
    app.clock.now += DAY
    lost = app().token(LOCATION)
    app.store.save(KEY, old)
    app.clock.now += 31  # HighLevel no longer repeats its answer
    token = app(reconnects=True).token(LOCATION)
    assert "no longer renews the tokens of location sandbox-location" in caplog.text
    assert app().token(LOCATION) == token != lost
