"""The token endpoints: retries, refusals, and secrets that stay secret."""

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx
import pytest

from facade import AssociationsError, NotFoundError, ServerError
from facade.oauth import NotInstalledError, OAuth, OAuthRefusedError
from facade.observe import CallEvent, WaitStarted
from facade.testing import faults
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import AGENCY, DAY, LOCATION

APP_FIELDS = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}
OF_CODE = {
    "grant_type": "authorization_code",
    "user_type": "Location",
    "redirect_uri": "https://app.example/back",
    "code": "the-code",
}
OF_REFRESH = {
    "grant_type": "refresh_token",
    "user_type": "Company",
    "refresh_token": "refresh-secret",
}
OWNERS = {"locationId": "l1", "companyId": "c1"}


@pytest.mark.parametrize(
    ("use", "path", "sent"),
    [
        (lambda one: one.exchange("the-code", unsolicited=True), "/token", APP_FIELDS | OF_CODE),
        (lambda one: one.agency_token("old"), "/token", APP_FIELDS | OF_REFRESH),
        (lambda one: one.add_location("l1", company_id="c1"), "/locationToken", OWNERS),
    ],
)
def test_each_request_sends_the_fields_that_highlevel_asks_for(
    use: Callable[[OAuth], object], path: str, sent: dict[str, str], app: App
) -> None:
    app.keep("company:old", 0, **AGENCY)
    app.keep("company:c1", **AGENCY)
    events: list[CallEvent] = []
    options = {"redirect_uri": "https://app.example/back", "base_url": "https://api.example/"}
    with pytest.raises(ServerError):
        use(app.always(503, None, timeout=60.0, on_event=events.append, **options))
    waits = 0 if "code" in sent else 4  # a code is not sent again
    assert [one.location_id for one in events] == [sent.get("locationId", "")] * waits
    request = app.requests[0]
    assert request.url == f"https://api.example/oauth{path}"
    assert dict(parse_qsl(request.content.decode())) == sent
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert ("authorization" in request.headers) == (path == "/locationToken")
    # Of a request for tokens that takes longer, another process would take over the lock.
    assert max(request.extensions["timeout"].values()) <= 12


OLD, NEW = "/oauth/locationToken 2021-07-28", "/oauth/location-token v3"
TOKENS = {"accessToken": "derived", "refreshToken": "next", "expiresIn": 100, **OWNERS}


def add_location(oauth: OAuth, app: App) -> list[str]:
    """Add a location of an agency; return the addresses that were asked."""
    app.requests.clear()
    app.keep("company:c1", **AGENCY)
    try:
        grant = oauth.add_location("l1", company_id="c1")
        assert (grant.access_token, grant.refresh_token) == ("derived", "")
    finally:
        asked = [f"{one.url.path} {one.headers['version']}" for one in app.requests]
    return asked


def test_the_address_that_answered_is_remembered_until_it_is_gone(app: App) -> None:
    gone: set[str] = set()

    def answer(request: httpx.Request) -> httpx.Response:
        is_gone = request.url.path in gone
        missing = {"message": f"Cannot POST {request.url.path}"}
        return httpx.Response(404 if is_gone else 200, json=missing if is_gone else TOKENS)

    oauth = app.answered_by(answer)
    for missing, asked in [("locationToken", OLD), ("location-token", NEW)]:
        other = {OLD: NEW, NEW: OLD}[asked]
        gone.clear()
        assert add_location(oauth, app) == [asked]
        gone.add(f"/oauth/{missing}")
        assert add_location(oauth, app) == [asked, other]
        assert add_location(oauth, app) == [other]
    gone.update({"/oauth/locationToken", "/oauth/location-token"})
    with pytest.raises(NotFoundError, match=r"Cannot POST /oauth/locationToken$"):  # no advice
        add_location(oauth, app)  # the one that answered says what is missing
    assert len(app.requests) == 2


def test_a_location_whose_answer_names_no_agency_is_of_the_one_that_was_asked(app: App) -> None:
    oauth = app.always(200, TOKENS | {"companyId": None})
    app.keep("company:c1", **AGENCY)
    assert oauth.add_location("l1", company_id="c1").company_id == "c1"


@pytest.mark.parametrize(
    ("status", "body", "message", "asked"),
    [
        (404, {"message": "Cannot POST"}, "/oauth/location-token returned 404", 2),
        (404, {"error": "Not Found"}, "/oauth/location-token returned 404", 2),
        (400, {"message": "Location not found"}, "Location not found", 1),
        (403, {"message": "Location not found"}, "Location not found", 1),
        (200, TOKENS | {"locationId": "l2"}, "tokens of l2 instead of l1", 1),
    ],
)
def test_only_an_address_that_is_missing_is_replaced_by_the_newer_one(
    status: int, body: dict[str, str], message: str, asked: int, app: App
) -> None:
    with pytest.raises(AssociationsError, match=message):
        add_location(app.always(status, body), app)
    assert len(app.requests) == asked


def test_installed_locations_are_listed_page_by_page(app: App) -> None:
    everything = [{"_id": f"l{number}", "isInstalled": number != 3} for number in range(5)]

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/installedLocations":
            return httpx.Response(404)
        skip = int(request.url.params["skip"])
        page = everything[skip : skip + 2]  # fewer than asked for
        return httpx.Response(200, json={"locations": page, "count": 9})

    app.keep("company:c1", **AGENCY)
    found = app.answered_by(answer).installed_locations("c1")
    assert [one.id for one in found] == ["l0", "l1", "l2", "l4"]
    asked = [f"{one.url.path} {one.headers['version']}" for one in app.requests]
    old, new = "/oauth/installedLocations 2021-07-28", "/oauth/installed-locations v3"
    assert asked == [old, *[new] * 4]
    first = app.requests[0]
    assert (first.method, first.content) == ("GET", b"")
    assert first.headers["authorization"] == "Bearer access-secret"
    assert "content-type" not in first.headers
    query = "companyId=c1&appId=sandbox&isInstalled=true&skip=0&limit=100"
    assert str(first.url.query, "ascii") == query


@pytest.mark.parametrize("owner", [{"location_id": "l1"}, {"company_id": "c1"}])
def test_reconnect_sends_json_and_exchanges_the_code(owner: dict[str, str], app: App) -> None:
    is_location = "location_id" in owner
    said = {"userType": "Location"} if is_location else {"userType": "Company", "locationId": None}

    def answer(request: httpx.Request) -> httpx.Response:
        is_code = request.url.path == "/oauth/reconnect"
        return httpx.Response(200, json={"authorizationCode": "c"} if is_code else TOKENS | said)

    oauth = app.answered_by(answer)
    assert oauth.reconnect(**owner).access_token == "derived"
    assert (oauth.token("l1") if is_location else oauth.agency_token("c1")) == "derived"
    ask, exchange = app.requests
    assert ask.headers["content-type"] == "application/json"
    account = {"locationId": "l1"} if is_location else {"companyId": "c1"}
    secrets = {"clientKey": "sandbox-app", "clientSecret": "sandbox-secret"}
    assert json.loads(ask.content) == secrets | account
    sent = dict(parse_qsl(exchange.content.decode()))
    assert (sent["code"], sent["user_type"]) == ("c", said["userType"])


OF_ANOTHER = TOKENS | {"authorizationCode": "the-code"}


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, {"expiresAt": 1}, "/oauth/reconnect returned no authorization code, but expiresAt"),
        (400, {"message": "not installed"}, "returned 400: not installed"),
        (401, {"error": "UnAuthorized!"}, "POST /oauth/reconnect returned 401"),
        (200, OF_ANOTHER | {"locationId": "l2"}, "l2 instead of l1"),
        (200, OF_ANOTHER | {"userType": "Company", "companyId": "c2"}, "c2 instead of c1"),
    ],
)
def test_a_refused_reconnect_changes_nothing(
    status: int, body: object, message: str, app: App
) -> None:
    oauth = app.always(status, body)
    owner = {"company_id": "c1"} if "c2" in message else {"location_id": "l1"}
    with pytest.raises(AssociationsError, match=message):
        oauth.reconnect(**owner)
    assert len(app.requests) == (2 if "instead" in message else 1)
    with pytest.raises(NotInstalledError):
        oauth.token("l1")


def test_a_code_whose_answer_is_lost_is_not_sent_again(app: App) -> None:
    with app.sandbox.misbehave(faults.drop("after_work")), pytest.raises(AssociationsError) as lost:
        app.installed()
    assert lost.value.outcome_unknown
    assert isinstance(lost.value.__cause__, httpx.RemoteProtocolError)
    assert app.asked() == 1


def test_an_error_that_is_not_of_the_exchange_passes_as_it_was_raised(app: App) -> None:
    def fail(_: httpx.Request) -> httpx.Response:
        raise ZeroDivisionError from OSError()

    with pytest.raises(ZeroDivisionError) as caught:
        app.answered_by(fail).exchange("the-code", unsolicited=True)
    assert isinstance(caught.value.__cause__, OSError)


def test_without_a_transport_requests_are_sent_by_a_pool_of_their_own(app: App) -> None:
    app.installed()
    with app.sandbox.serve() as server:
        assert app(transport=None, base_url=server.url).reconnect(location_id=LOCATION)


@pytest.mark.parametrize("fault", [faults.drop("after_work"), faults.fail(503)])
def test_a_refresh_whose_answer_is_lost_is_retried_after_a_wait(
    fault: faults.Fault, app: App, waits: list[float]
) -> None:
    events: list[CallEvent] = []
    oauth = app.installed(on_event=events.append)
    app.clock.now += DAY
    injected = app.sandbox.misbehave(fault, times=4)
    assert oauth.token(LOCATION) == oauth.token(LOCATION)
    assert injected.hits == len(waits) == 4
    assert [one.seconds for one in events if isinstance(one, WaitStarted)] == waits
    assert {one.location_id for one in events} == {LOCATION}
    assert set(app.sandbox.oauth.refreshes) == {LOCATION}
    app.clock.now += DAY
    with app.sandbox.misbehave(fault, times=9), pytest.raises(AssociationsError):
        oauth.token(LOCATION)
    assert len(waits) == 8


def test_a_secret_in_a_refusal_is_hidden(app: App) -> None:
    said = "Invalid client credentials! the-secret and the-code"
    body = {"error": "UnAuthorized!", "error_description": said}
    with pytest.raises(OAuthRefusedError, match=r"! \*\*\* and \*\*\*") as caught:
        app.always(401, body, "app", "the-secret").exchange("the-code", unsolicited=True)
    error = caught.value
    assert (error.code, error.method, error.path) == ("invalid_client", "POST", "/oauth/token")
