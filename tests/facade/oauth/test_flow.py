"""OAuth in an app: install, get tokens, renew them, and errors that need a user."""

from datetime import UTC, datetime
from typing import Any

import pytest

from facade import AuthenticationError, TokenSource
from facade.oauth import (
    SCOPES,
    Grant,
    MemoryTokenStore,
    NotInstalledError,
    OAuth,
    ReauthorizationError,
    TokenStore,
    TokenStoreError,
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


def agency_with_locations(make: Apps, sandbox: Sandbox, store: TokenStore) -> OAuth:
    """Install the app for an agency with two locations, and for one location by itself."""
    oauth = make(store=store)
    for name in ("l1", "l2", "l3"):
        sandbox.add_location(name)
    code = sandbox.oauth.install(approved_locations=["l1", "l2"])
    company_id = oauth.exchange(code, unsolicited=True, user_type="Company").company_id
    for location in oauth.installed_locations(company_id):
        oauth.add_location(location.id, company_id=company_id)
    oauth.exchange(sandbox.oauth.install(location_id="l3"), unsolicited=True)
    return oauth


def owners_of(oauth: OAuth) -> list[str]:
    return [grant.location_id or grant.company_id for grant in oauth.installations()]


def test_installations_are_those_of_the_app(make: Apps, sandbox: Sandbox) -> None:
    store = MemoryTokenStore()
    oauth = agency_with_locations(make, sandbox, store)
    assert owners_of(oauth) == ["sandbox-company", "l1", "l2", "l3"]
    assert owners_of(make("sandbox", store=store)) == []


@pytest.mark.parametrize(
    ("owner", "left"),
    [
        ({"location_id": "l1"}, ["sandbox-company", "l2", "l3"]),
        ({"company_id": "sandbox-company"}, ["l3"]),
        ({"company_id": "another"}, ["sandbox-company", "l1", "l2", "l3"]),
    ],
)
def test_a_forgotten_account_has_no_tokens_in_any_process(
    owner: dict[str, Any], left: list[str], make: Apps, sandbox: Sandbox, clock: Clock
) -> None:
    store = MemoryTokenStore()
    oauth = agency_with_locations(make, sandbox, store)
    other = make(store=store)
    token = other.token("l1")
    assert oauth.forget(**owner) == (len(left) < 4)
    assert not oauth.forget(**owner)
    assert owners_of(oauth) == left
    if "l1" in left:
        return
    with pytest.raises(NotInstalledError):
        oauth.token("l1")
    sandbox.oauth.uninstall(next(iter(owner.values())))
    clock.now += 31  # a newer token would not be renewed
    with pytest.raises((NotInstalledError, ReauthorizationError)):
        other.renew("l1", token)


def test_a_grant_that_another_process_deletes_meanwhile_is_left_out(
    make: Apps, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryTokenStore()
    oauth = agency_with_locations(make, sandbox, store)
    monkeypatch.setattr(store, "keys", lambda prefix: [f"{prefix}gone"])
    assert oauth.installations() == []
    assert oauth.forget(company_id="sandbox-company")


@pytest.mark.parametrize(("age", "is_kept"), [(-1, True), (0, False), (1, False)])
def test_an_event_does_not_delete_the_tokens_of_a_later_installation(
    age: float, is_kept: bool, oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    uninstalled_at = datetime.fromtimestamp(clock.now + age, UTC)
    forgotten = oauth.forget(location_id=sandbox.location_id, before=uninstalled_at)
    assert forgotten is not is_kept
    assert owners_of(oauth) == [sandbox.location_id] * is_kept


class OldStore:
    """A store with the methods of TokenStore only."""

    def __init__(self) -> None:
        store = MemoryTokenStore()
        self.load, self.save, self.lock = store.load, store.save, store.lock


def test_a_store_without_keys_and_delete_works_until_they_are_needed(
    make: Apps, sandbox: Sandbox
) -> None:
    oauth = make.installed(store=OldStore())
    assert oauth.token(sandbox.location_id)
    said = r"OldStore has no method keys and delete: .* add keys\(prefix\) and delete\(key\)"
    with pytest.raises(TypeError, match=said):
        oauth.installations()
    with pytest.raises(TypeError, match=said):
        oauth.forget(location_id=sandbox.location_id)
    assert oauth.token(sandbox.location_id)


def test_a_grant_that_could_not_be_saved_is_forgotten_too(
    make: Apps, sandbox: Sandbox, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = MemoryTokenStore()
    oauth = make.installed(store=store)

    def fail(key: str, grant: Grant) -> None:
        raise TokenStoreError("the disk is full")

    clock.now += DAY
    with monkeypatch.context() as while_full:
        while_full.setattr(store, "save", fail)
        assert oauth.token(sandbox.location_id)
    assert oauth.forget(location_id=sandbox.location_id)
    with pytest.raises(NotInstalledError):
        oauth.token(sandbox.location_id)


def test_no_repr_shows_a_secret(oauth: OAuth, make: Apps) -> None:
    grant = Grant(access_token="access-secret", refresh_token="refresh-secret")
    shown = f"{grant!r} {oauth!r} {vars(oauth)!r}"
    for secret in ("access-secret", "refresh-secret", "sandbox-secret", "of-the-sandbox"):
        assert secret not in shown
