"""OAuth in an app: install, get tokens, renew them, and errors that need a user."""

import pytest

from facade import AuthenticationError, TokenSource
from facade.oauth import (
    SCOPES,
    Grant,
    MemoryTokenStore,
    NotInstalledError,
    OAuth,
    ReauthorizationError,
)
from facade.testing import Sandbox
from facade.testing.oauth import RefusalWording
from tests.facade.driving import Clients, Clock
from tests.facade.oauth.conftest import Apps
from tests.facade.oauth.runs import DAY, KEY, WORDINGS


def test_a_code_is_exchanged_for_tokens_that_are_saved(make: Apps, sandbox: Sandbox) -> None:
    store = MemoryTokenStore()
    code = sandbox.oauth.install(location_id=sandbox.location_id, scopes=SCOPES)
    grant = make(store=store).exchange(code, state="s", expected_state="s")
    assert (grant.user_type, grant.location_id) == ("Location", "sandbox-location")
    assert grant.scope == " ".join(SCOPES)
    assert grant.expires_at == 1000.0 + DAY
    assert store.load(KEY) == grant


@pytest.mark.parametrize("wording", WORDINGS)
def test_the_error_for_a_used_code_says_to_start_again(
    wording: RefusalWording, make: Apps, sandbox: Sandbox
) -> None:
    sandbox.oauth.refusal_wording = wording
    code = make.code()
    make().exchange(code, unsolicited=True)
    with pytest.raises(ReauthorizationError, match="start the installation again"):
        make().exchange(code, unsolicited=True)


@pytest.mark.parametrize(
    ("company_id", "said"),
    [(None, "location l1: .*authorization_url"), ("c1", "company c1: .*add_location")],
)
def test_the_error_for_a_missing_installation_says_what_to_do(
    company_id: str | None, said: str, make: Apps
) -> None:
    with pytest.raises(NotInstalledError, match=f"no tokens for {said}"):
        make(company_id=company_id).token("l1")


class LateStore(MemoryTokenStore):
    """A store in which another process's renewal appears after the first load."""

    late: Grant | None = None

    def load(self, key: str, /) -> Grant | None:
        found = super().load(key)
        if self.late is not None:
            self.save(key, self.late)
            self.late = None
        return found


@pytest.mark.parametrize("expired", [False, True])
def test_after_a_refusal_the_store_is_loaded_once_more(
    expired: bool, make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    store, other_store = LateStore(), MemoryTokenStore()
    first = make(store=other_store)
    grant = first.exchange(make.code(), unsolicited=True)
    store.save(KEY, grant)
    clock.now += DAY
    new = first.token(sandbox.location_id)
    clock.now += 31  # HighLevel no longer repeats its answer
    store.late = other_store.load(KEY)
    clock.now += DAY if expired else 0
    assert (make(store=store).token(sandbox.location_id) == new) != expired
    assert len(sandbox.oauth.refreshes) == (2 if expired else 1)


@pytest.mark.parametrize("passed", [30, pytest.param(-30, id="the clock is set back")])
def test_a_refused_token_is_renewed_once_and_the_call_succeeds(
    passed: int, oauth: OAuth, sandbox: Sandbox, clock: Clock, clients: Clients
) -> None:
    assert isinstance(oauth, TokenSource)
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    sandbox.revoke_token(oauth.token(sandbox.location_id))
    clock.now += passed
    assert client.associations.list().total == 4
    assert len(sandbox.oauth.refreshes) == 1


def test_a_fresh_token_is_one_that_this_process_knows_and_need_not_renew(
    oauth: OAuth, make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    assert oauth.has_fresh_token(sandbox.location_id)
    assert not oauth.has_fresh_token("l1")
    assert not make().has_fresh_token(sandbox.location_id)
    clock.now += DAY - 600
    assert not oauth.has_fresh_token(sandbox.location_id)


def test_a_new_token_that_is_refused_is_not_renewed(
    oauth: OAuth, sandbox: Sandbox, clients: Clients
) -> None:
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    sandbox.revoke_token(oauth.token(sandbox.location_id))
    for _ in range(3):
        with pytest.raises(AuthenticationError):
            client.associations.list()
    assert len(sandbox.oauth.refreshes) == 0


def test_a_locations_token_is_derived_from_its_agencys(
    make: Apps,
    sandbox: Sandbox,
    clock: Clock,
    clients: Clients,
    caplog: pytest.LogCaptureFixture,
) -> None:
    oauth = make()
    oauth.exchange(sandbox.oauth.install(), unsolicited=True, user_type="Company")
    assert "add_location" not in caplog.text  # the app asked for the agency's tokens
    grant = oauth.add_location(sandbox.location_id, company_id="sandbox-company")
    assert (grant.location_id, grant.company_id) == (sandbox.location_id, "sandbox-company")
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    assert client.associations.list().total == 4
    clock.now += DAY
    assert client.associations.list().total == 4
    assert list(sandbox.oauth.refreshes) == ["sandbox-company"]
    assert list(sandbox.oauth.derived) == [sandbox.location_id] * 2


def test_an_installation_from_the_agencys_view_leads_to_add_location(
    make: Apps, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    oauth = make()
    grant = oauth.exchange(sandbox.oauth.install(), unsolicited=True)
    assert (grant.user_type, grant.location_id) == ("Company", "")
    assert "add_location(location_id, company_id='sandbox-company')" in caplog.text
    with pytest.raises(NotInstalledError, match=r"call add_location\(location_id, company_id="):
        oauth.token(sandbox.location_id)
    oauth.add_location(sandbox.location_id, company_id=grant.company_id)
    assert oauth.token(sandbox.location_id)


def test_the_locations_of_the_only_agency_need_not_be_added(make: Apps, sandbox: Sandbox) -> None:
    oauth = make(company_id="sandbox-company")
    oauth.exchange(sandbox.oauth.install(), unsolicited=True, user_type="Company")
    assert oauth.token(sandbox.location_id) == oauth.token(sandbox.location_id)
    assert oauth.agency_token("sandbox-company") != oauth.token(sandbox.location_id)
    assert list(sandbox.oauth.derived) == [sandbox.location_id]


def test_no_repr_shows_a_secret(oauth: OAuth, make: Apps) -> None:
    grant = Grant(access_token="access-secret", refresh_token="refresh-secret")
    shown = f"{grant!r} {oauth!r} {vars(oauth)!r}"
    for secret in ("access-secret", "refresh-secret", "sandbox-secret", "of-the-sandbox"):
        assert secret not in shown
