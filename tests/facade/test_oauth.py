"""OAuth as an app uses it: install, exchange, renew, and what a person is told when it fails."""

import copy
import pickle
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from facade import (
    AssociationsClient,
    AssociationsError,
    AuthenticationError,
    ContractError,
    MissingScopeError,
    ServerError,
    TokenSource,
    VersionHeaderError,
)
from facade.oauth import (
    SCOPES,
    Grant,
    MemoryTokenStore,
    NotInstalledError,
    OAuth,
    OAuthRefusedError,
    ReauthorizationError,
    StateMismatchError,
    TokenStoreError,
)
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients

APP = ("sandbox-app", "sandbox-secret")
KEY = "sandbox-app:location:sandbox-location"
DAY = 86_399


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Sandbox:
    return Sandbox(clock=clock)


@pytest.fixture
def make(sandbox: Sandbox, clock: Clock) -> Callable[..., OAuth]:
    """Make an OAuth of the sandbox's app."""

    def make_one(client_id: str = APP[0], client_secret: str = APP[1], **options: Any) -> OAuth:
        given = {"transport": sandbox.transport(), "clock": clock, **options}
        return OAuth(client_id, client_secret, **given)

    return make_one


@pytest.fixture
def oauth(make: Callable[..., OAuth], sandbox: Sandbox) -> OAuth:
    """Give one that the sandbox's location has installed."""
    one = make()
    one.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    return one


def asked(sandbox: Sandbox) -> list[str]:
    return [one.path for one in sandbox.requests if one.path.startswith("/oauth/")]


# An installation


def test_it_stands_wherever_a_token_does(oauth: OAuth, sandbox: Sandbox, clients: Clients) -> None:
    assert isinstance(oauth, TokenSource)
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    assert client.associations.list().total == 2


def test_the_address_of_an_installation_asks_for_the_scopes_and_carries_a_state() -> None:
    oauth = OAuth(*APP, redirect_uri="https://app.example/back?to=1")
    url, state = oauth.authorization_url()
    assert url.startswith("https://marketplace.gohighlevel.com/oauth/chooselocation?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["sandbox-app"],
        "redirect_uri": ["https://app.example/back?to=1"],
        "scope": [" ".join(SCOPES)],
        "state": [state],
    }
    assert len(state) >= 43
    assert oauth.authorization_url().state != state
    assert oauth.authorization_url(["a", "b"], "mine").state == "mine"


def test_without_redirect_uri_there_is_no_address() -> None:
    with pytest.raises(ValueError, match="redirect_uri"):
        OAuth(*APP).authorization_url()


def test_a_code_becomes_tokens_that_are_kept(make: Callable[..., OAuth], sandbox: Sandbox) -> None:
    store = MemoryTokenStore()
    code = sandbox.oauth.install(location_id=sandbox.location_id, scopes=SCOPES)
    grant = make(store=store).exchange(code, state="s", expected_state="s")
    assert (grant.user_type, grant.location_id) == ("Location", "sandbox-location")
    assert grant.scope == " ".join(SCOPES)
    assert grant.expires_at == 1_000_000.0 + DAY
    assert store.load(KEY) == grant


@pytest.mark.parametrize(
    "states",
    [
        {},
        {"state": "forged", "expected_state": "mine"},
        {"state": "forged", "expected_state": None},
        {"state": None, "expected_state": "mine"},
        {"state": None, "expected_state": None},
        {"state": "", "expected_state": ""},
        {"state": "\ud800", "expected_state": "mine"},
    ],
)
def test_a_code_from_another_browser_is_not_taken(
    states: dict[str, Any], make: Callable[..., OAuth], sandbox: Sandbox
) -> None:
    code = sandbox.oauth.install(location_id=sandbox.location_id)
    with pytest.raises(StateMismatchError, match=r"state"):
        make().exchange(code, **states)
    assert asked(sandbox) == []


def test_a_used_code_sends_a_person_back_to_the_start(
    make: Callable[..., OAuth], sandbox: Sandbox
) -> None:
    code = sandbox.oauth.install(location_id=sandbox.location_id)
    make().exchange(code, unsolicited=True)
    with pytest.raises(ReauthorizationError, match="start the installation again"):
        make().exchange(code, unsolicited=True)


def test_a_code_is_not_sent_twice_when_its_answer_is_lost(
    make: Callable[..., OAuth], sandbox: Sandbox
) -> None:
    code = sandbox.oauth.install(location_id=sandbox.location_id)
    with sandbox.misbehave(faults.drop("after_work")), pytest.raises(AssociationsError) as caught:
        make().exchange(code, unsolicited=True)
    assert caught.value.outcome_unknown
    assert asked(sandbox) == ["/oauth/token"]


def test_a_wrong_secret_is_said_to_be_one(make: Callable[..., OAuth], sandbox: Sandbox) -> None:
    code = sandbox.oauth.install(location_id=sandbox.location_id)
    with pytest.raises(OAuthRefusedError, match=r"401 invalid_client: .* secret") as caught:
        make(client_secret="not-the-secret").exchange(code, unsolicited=True)
    assert (caught.value.code, caught.value.status_code) == ("invalid_client", 401)


def test_without_an_installation_a_person_is_told_what_to_do(make: Callable[..., OAuth]) -> None:
    with pytest.raises(NotInstalledError, match=r"no tokens of location l1: .*authorization_url"):
        make().token("l1")


# Renewing


@pytest.mark.parametrize(("later", "refreshes"), [(0, 0), (DAY - 601, 0), (DAY - 599, 1), (DAY, 1)])
def test_a_token_is_renewed_ten_minutes_before_it_ends(
    later: float, refreshes: int, oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    before = oauth.token(sandbox.location_id)
    clock.now += later
    assert (oauth.token(sandbox.location_id) != before) == bool(refreshes)
    assert list(sandbox.oauth.refreshes) == [sandbox.location_id] * refreshes


def test_a_short_life_is_not_spent_renewing(
    make: Callable[..., OAuth], sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.oauth.lifetime = 60
    oauth = make()
    oauth.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    clock.now += 53
    assert {oauth.token(sandbox.location_id) for _ in range(9)} == {
        "access-00000002-of-the-sandbox"
    }
    clock.now += 2
    oauth.token(sandbox.location_id)
    assert len(sandbox.oauth.refreshes) == 1


def test_a_refused_token_is_renewed_once_and_the_call_goes_through(
    oauth: OAuth, sandbox: Sandbox, clock: Clock, clients: Clients
) -> None:
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    sandbox.revoke_token(oauth.token(sandbox.location_id))
    clock.now += 31
    assert client.associations.list().total == 2
    assert len(sandbox.oauth.refreshes) == 1


def test_a_token_that_is_refused_when_just_issued_is_not_renewed(
    oauth: OAuth, sandbox: Sandbox, clients: Clients
) -> None:
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    sandbox.revoke_token(oauth.token(sandbox.location_id))
    for _ in range(3):
        with pytest.raises(AuthenticationError):
            client.associations.list()
    assert len(sandbox.oauth.refreshes) == 0


@pytest.mark.parametrize(
    ("options", "expected"),
    [({"scopes": []}, MissingScopeError), ({"version": "v9"}, VersionHeaderError)],
)
def test_a_401_that_is_not_about_the_token_renews_nothing(
    options: dict[str, Any],
    expected: type[Exception],
    make: Callable[..., OAuth],
    sandbox: Sandbox,
    clock: Clock,
) -> None:
    oauth = make()
    code = sandbox.oauth.install(
        location_id=sandbox.location_id, scopes=options.pop("scopes", None)
    )
    oauth.exchange(code, unsolicited=True)
    clock.now += 31
    with (
        AssociationsClient(
            oauth, sandbox.location_id, transport=sandbox.transport(), **options
        ) as client,
        pytest.raises(expected),
    ):
        client.associations.list()
    assert len(sandbox.oauth.refreshes) == 0


def test_another_process_renewed_so_this_one_reads(
    make: Callable[..., OAuth], sandbox: Sandbox, clock: Clock
) -> None:
    store = MemoryTokenStore()
    first, second = make(store=store), make(store=store)
    first.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    old = second.token(sandbox.location_id)
    clock.now += DAY
    new = first.token(sandbox.location_id)
    assert second.refused(sandbox.location_id, old)
    assert second.token(sandbox.location_id) == new
    assert len(sandbox.oauth.refreshes) == 1


# What goes wrong


def test_an_ended_authorization_says_what_a_person_must_do(
    oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    sandbox.oauth.uninstall(sandbox.location_id)
    clock.now += DAY
    with pytest.raises(ReauthorizationError) as caught:
        oauth.token(sandbox.location_id)
    assert str(caught.value) == (
        "HighLevel no longer renews the tokens of location sandbox-location (POST /oauth/token "
        "answered 400 invalid_grant: The refresh token is not valid.): a person must install the "
        "app again, at authorization_url()"
    )
    assert len(asked(sandbox)) == 2


class LateStore(MemoryTokenStore):
    """A store that learns of another's renewal only while this one is being refused."""

    late: Grant | None = None

    def load(self, key: str, /) -> Grant | None:
        found = super().load(key)
        if self.late is not None:
            self.save(key, self.late)
            self.late = None
        return found


def test_invalid_grant_reads_the_store_once_more(
    make: Callable[..., OAuth], sandbox: Sandbox, clock: Clock
) -> None:
    ours, theirs = LateStore(), MemoryTokenStore()
    first = make(store=theirs)
    first.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    old = theirs.load(KEY)
    assert old is not None
    ours.save(KEY, old)
    clock.now += DAY
    first.token(sandbox.location_id)
    clock.now += 31  # HighLevel no longer repeats its answer
    ours.late = theirs.load(KEY)
    assert make(store=ours).token(sandbox.location_id) == first.token(sandbox.location_id)
    assert len(sandbox.oauth.refreshes) == 1


def test_while_the_old_token_serves_a_failed_renewal_is_only_logged(
    oauth: OAuth,
    sandbox: Sandbox,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = oauth.token(sandbox.location_id)
    clock.now += DAY - 300
    with sandbox.misbehave(faults.fail(500)) as outage:
        assert {oauth.token(sandbox.location_id) for _ in range(20)} == {before}
    assert outage.hits == 1
    assert "sandbox-app:location:sandbox-location: its token serves for 300 s more" in caplog.text
    clock.now += 30
    assert oauth.token(sandbox.location_id) != before


def test_when_the_old_token_has_ended_a_failed_renewal_is_an_error(
    oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    clock.now += DAY
    with sandbox.misbehave(faults.fail(500)), pytest.raises(ServerError):
        oauth.token(sandbox.location_id)
    assert oauth.token(sandbox.location_id)


@pytest.mark.parametrize(
    "trouble", [faults.drop("connecting"), faults.drop("after_work"), faults.fail(503)]
)
def test_a_refresh_whose_answer_is_lost_is_repeated(
    trouble: faults.Fault, oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    clock.now += DAY
    trouble_made = sandbox.misbehave(trouble, times=2)
    assert oauth.token(sandbox.location_id) == oauth.token(sandbox.location_id)
    assert trouble_made.hits == 2
    assert set(sandbox.oauth.refreshes) == {sandbox.location_id}


class FullStore(MemoryTokenStore):
    """A store that cannot save for a while."""

    full = False

    def save(self, key: str, grant: Grant, /) -> None:
        if self.full:
            raise TokenStoreError("the disk is full")
        super().save(key, grant)


def test_what_could_not_be_saved_is_used_and_saved_later(
    make: Callable[..., OAuth], sandbox: Sandbox, clock: Clock
) -> None:
    store = FullStore()
    oauth = make(store=store)
    oauth.exchange(sandbox.oauth.install(location_id=sandbox.location_id), unsolicited=True)
    clock.now += DAY
    store.full = True
    new = oauth.token(sandbox.location_id)
    clock.now += 31
    assert oauth.token(sandbox.location_id) == new
    store.full = False
    clock.now += 31
    assert oauth.token(sandbox.location_id) == new
    saved = store.load(KEY)
    assert saved is not None
    assert saved.access_token == new
    assert len(sandbox.oauth.refreshes) == 1


ANSWER = {
    "access_token": "access-secret",
    "refresh_token": "refresh-secret",
    "expires_in": 100,
    "userType": "Location",
    "locationId": "l1",
    "companyId": "c1",
}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (ANSWER | {"access_token": ""}, "no usable tokens, but access_token, refresh_token"),
        (ANSWER | {"access_token": "of two lines\n"}, "no usable tokens"),
        (ANSWER | {"expires_in": True}, "no usable tokens"),
        (ANSWER | {"expires_in": "100"}, "no usable tokens"),
        (ANSWER | {"expires_in": 0}, "no usable tokens"),
        (["access-secret"], "no usable tokens, but no fields"),
        (ANSWER | {"locationId": None}, "did not say of which location"),
        (ANSWER | {"userType": "Company", "companyId": ""}, "did not say of which company"),
    ],
)
def test_an_answer_that_is_not_understood_is_refused_without_showing_it(
    answer: Any, why: str
) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answer))
    with pytest.raises(ContractError, match=why) as caught:
        OAuth(*APP, transport=transport).exchange("the-code", unsolicited=True)
    assert caught.value.body is None


def test_tokens_of_another_location_are_not_taken(clock: Clock) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=ANSWER))
    store = MemoryTokenStore()
    store.save("sandbox-app:location:l2", Grant(refresh_token="refresh-secret", location_id="l2"))
    with pytest.raises(ContractError, match="answered tokens of l1 when asked for l2"):
        OAuth(*APP, store=store, transport=transport, clock=clock).token("l2")


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_an_error_that_repeats_our_secrets_does_not_pass_them_on(status: int) -> None:
    def repeat(request: httpx.Request) -> httpx.Response:
        said = {"error": "odd", "error_description": request.content.decode()}
        return httpx.Response(status, json=said, headers={"X-Said": request.content.decode()})

    with pytest.raises(AssociationsError) as caught:
        OAuth(*APP, transport=httpx.MockTransport(repeat)).exchange("the-code", unsolicited=True)
    assert "the-code" not in str(caught.value)  # the secrecy fixture looks everywhere else


# Agencies


def test_a_location_has_its_token_of_its_agency(
    make: Callable[..., OAuth], sandbox: Sandbox, clock: Clock, clients: Clients
) -> None:
    oauth = make()
    oauth.exchange(sandbox.oauth.install(), unsolicited=True, user_type="Company")
    grant = oauth.add_location(sandbox.location_id, company_id="sandbox-company")
    assert (grant.location_id, grant.company_id) == (sandbox.location_id, "sandbox-company")
    client = clients(oauth, sandbox.location_id, transport=sandbox.transport())
    assert client.associations.list().total == 2
    clock.now += DAY
    assert client.associations.list().total == 2
    assert list(sandbox.oauth.refreshes) == ["sandbox-company"]
    assert list(sandbox.oauth.derived) == [sandbox.location_id] * 2


def test_with_one_agency_its_locations_need_not_be_added(
    make: Callable[..., OAuth], sandbox: Sandbox
) -> None:
    oauth = make(company_id="sandbox-company")
    oauth.exchange(sandbox.oauth.install(), unsolicited=True, user_type="Company")
    assert oauth.token(sandbox.location_id) == oauth.token(sandbox.location_id)
    assert oauth.agency_token("sandbox-company") != oauth.token(sandbox.location_id)
    assert list(sandbox.oauth.derived) == [sandbox.location_id]


def test_a_refused_agency_token_is_renewed_before_a_location_is_given_up(
    make: Callable[..., OAuth], sandbox: Sandbox
) -> None:
    oauth = make(company_id="sandbox-company")
    oauth.exchange(sandbox.oauth.install(), unsolicited=True, user_type="Company")
    sandbox.revoke_token(oauth.agency_token("sandbox-company"))
    assert oauth.token(sandbox.location_id)
    assert list(sandbox.oauth.refreshes) == ["sandbox-company"]


def test_a_location_without_an_installed_agency_says_so(make: Callable[..., OAuth]) -> None:
    with pytest.raises(NotInstalledError, match="no tokens of company c1"):
        make(company_id="c1").token("l1")


@pytest.mark.parametrize(
    "error",
    [
        StateMismatchError("s"),
        NotInstalledError("n"),
        ReauthorizationError("r"),
        TokenStoreError("t"),
        OAuthRefusedError("o", method="POST", path="/oauth/token", status_code=401, code="c"),
    ],
)
def test_its_errors_are_ours_and_travel_whole(error: AssociationsError) -> None:
    for journey in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(journey) is type(error)
        assert (str(journey), vars(journey)) == (str(error), vars(error))


def test_nothing_shows_a_secret(oauth: OAuth, make: Callable[..., OAuth]) -> None:
    grant = Grant(access_token="access-secret", refresh_token="refresh-secret")
    shown = f"{grant!r} {oauth!r} {vars(oauth)!r}"
    for secret in ("access-secret", "refresh-secret", "sandbox-secret", "of-the-sandbox"):
        assert secret not in shown
