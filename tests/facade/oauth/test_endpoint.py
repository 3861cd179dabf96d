"""The token endpoints: retries, refusals, and secrets that stay secret."""

import json
from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx
import pytest
from attrs import evolve

from facade import AssociationsError, ContractError, NotFoundError, ServerError
from facade.oauth import MemoryTokenStore, NotInstalledError, OAuth, OAuthRefusedError
from facade.testing import Sandbox, faults
from tests.facade.driving import Clock
from tests.facade.oauth.conftest import Apps
from tests.facade.oauth.runs import APP, DAY, GRANT, token_requests

AGENCY = evolve(GRANT, user_type="Company", location_id="")
APP_FIELDS = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}


@pytest.mark.parametrize(
    ("use", "path", "sent"),
    [
        (
            lambda oauth: oauth.exchange("the-code", unsolicited=True),
            "/oauth/token",
            {
                **APP_FIELDS,
                "grant_type": "authorization_code",
                "user_type": "Location",
                "redirect_uri": "https://app.example/back",
                "code": "the-code",
            },
        ),
        (
            lambda oauth: oauth.agency_token("old"),
            "/oauth/token",
            {
                **APP_FIELDS,
                "grant_type": "refresh_token",
                "user_type": "Company",
                "refresh_token": "refresh-secret",
            },
        ),
        (
            lambda oauth: oauth.add_location("l1", company_id="fresh"),
            "/oauth/locationToken",
            {"companyId": "c1", "locationId": "l1"},
        ),
    ],
)
def test_each_request_sends_the_fields_that_highlevel_asks_for(
    use: Callable[[OAuth], object], path: str, sent: dict[str, str], clock: Clock
) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(500)

    store = MemoryTokenStore()
    store.save("sandbox-app:company:old", AGENCY)
    fresh = evolve(AGENCY, renew_at=clock.now + 1, expires_at=clock.now + 1)
    store.save("sandbox-app:company:fresh", fresh)
    oauth = OAuth(
        *APP,
        store=store,
        redirect_uri="https://app.example/back",
        base_url="https://api.example/",
        timeout=60.0,
        transport=httpx.MockTransport(answer),
        clock=clock,
    )
    with pytest.raises(ServerError):
        use(oauth)
    (request,) = requests
    assert request.url == f"https://api.example{path}"
    assert dict(parse_qsl(request.content.decode())) == sent
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert ("authorization" in request.headers) == (path == "/oauth/locationToken")
    # Of a request for tokens that takes longer, another process would take over the lock.
    assert max(request.extensions["timeout"].values()) <= 12


Answer = Callable[[httpx.Request], httpx.Response]


def of_an_agency(answer: Answer, clock: Clock) -> tuple[OAuth, list[httpx.Request]]:
    """Make the OAuth of an agency's app, and the list of its requests."""
    requests: list[httpx.Request] = []

    def noting(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answer(request)

    store, end = MemoryTokenStore(), clock.now + 1000
    store.save("app-1:company:c1", evolve(AGENCY, renew_at=end, expires_at=end))
    transport = httpx.MockTransport(noting)
    return OAuth("app-1", "secret", store=store, transport=transport, clock=clock), requests


def paths_of(requests: list[httpx.Request]) -> list[str]:
    paths = [f"{one.url.path} {one.headers['version']}" for one in requests]
    requests.clear()
    return paths


OLD, NEW = "/oauth/locationToken 2021-07-28", "/oauth/location-token v3"
TOKENS = {"accessToken": "derived", "expiresIn": 100, "locationId": "l1", "companyId": "c1"}


def test_the_address_that_answered_is_remembered_until_it_is_gone(clock: Clock) -> None:
    gone = {"/oauth/locationToken"}

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path in gone:
            return httpx.Response(404, json={"message": f"Cannot POST {request.url.path}"})
        return httpx.Response(200, json=TOKENS)

    oauth, requests = of_an_agency(answer, clock)
    assert oauth.add_location("l1", company_id="c1").access_token == "derived"
    assert paths_of(requests) == [OLD, NEW]
    oauth.add_location("l1", company_id="c1")
    assert paths_of(requests) == [NEW]
    gone.symmetric_difference_update({"/oauth/locationToken", "/oauth/location-token"})
    oauth.add_location("l1", company_id="c1")
    assert paths_of(requests) == [NEW, OLD]
    oauth.add_location("l1", company_id="c1")
    assert paths_of(requests) == [OLD]
    gone.add("/oauth/locationToken")
    with pytest.raises(NotFoundError, match="Cannot POST /oauth/locationToken"):
        oauth.add_location("l1", company_id="c1")
    assert paths_of(requests) == [OLD, NEW]


@pytest.mark.parametrize("body", [{"message": "Cannot POST"}, {"error": "Not Found"}])
def test_without_an_address_that_answered_the_error_is_that_of_the_newer_one(
    body: dict[str, str], clock: Clock
) -> None:
    oauth, requests = of_an_agency(lambda request: httpx.Response(404, json=body), clock)
    with pytest.raises(AssociationsError, match="/oauth/location-token returned 404"):
        oauth.add_location("l1", company_id="c1")
    assert paths_of(requests) == [OLD, NEW]


@pytest.mark.parametrize("status", [400, 403])
def test_another_error_than_404_is_that_of_the_location(status: int, clock: Clock) -> None:
    body = {"message": "Location not found"}
    oauth, requests = of_an_agency(lambda request: httpx.Response(status, json=body), clock)
    with pytest.raises(AssociationsError, match="Location not found"):
        oauth.add_location("l1", company_id="c1")
    assert paths_of(requests) == [OLD]


@pytest.mark.parametrize("is_retired", [False, True])
def test_installed_locations_are_listed_page_by_page(is_retired: bool, clock: Clock) -> None:
    everything: list[dict[str, object]] = [
        {"_id": f"l{number}", "name": f"Location {number}", "isInstalled": number != 3}
        for number in range(5)
    ]
    everything[4] = {"id": "l4", "address": "1 Main St"}

    def answer(request: httpx.Request) -> httpx.Response:
        if is_retired and request.url.path == "/oauth/installedLocations":
            return httpx.Response(404)
        assert request.headers["authorization"] == "Bearer access-secret"
        skip = int(request.url.params["skip"])
        page = everything[skip : skip + 2]  # fewer than asked for
        return httpx.Response(200, json={"locations": page, "count": 9})

    oauth, requests = of_an_agency(answer, clock)
    found = oauth.installed_locations("c1")
    assert [(one.id, one.name, one.extra) for one in found] == [
        ("l0", "Location 0", {}),
        ("l1", "Location 1", {}),
        ("l2", "Location 2", {}),
        ("l4", "", {"address": "1 Main St"}),
    ]
    assert {one.method for one in requests} == {"GET"}
    assert dict(requests[0].url.params) == {
        "companyId": "c1",
        "appId": "app",
        "isInstalled": "true",
        "skip": "0",
        "limit": "100",
    }
    assert not requests[0].content
    assert "content-type" not in requests[0].headers
    last = ["/oauth/installedLocations 2021-07-28", "/oauth/installed-locations v3"][is_retired]
    assert paths_of(requests)[is_retired:] == [last] * 4
    oauth.installed_locations("c1", app_id="another")
    assert {one.url.params["appId"] for one in requests} == {"another"}


def test_a_list_that_ignores_what_was_skipped_ends(clock: Clock) -> None:
    body = {"locations": [{"_id": "l1"}, {"_id": "l2"}]}
    oauth, requests = of_an_agency(lambda request: httpx.Response(200, json=body), clock)
    assert [one.id for one in oauth.installed_locations("c1")] == ["l1", "l2"]
    assert len(requests) == 2


@pytest.mark.parametrize(
    "body", [{}, {"locations": None}, {"locations": ["l1"]}, {"locations": [{"_id": ""}]}, []]
)
def test_what_is_no_list_of_locations_is_no_empty_list(body: object, clock: Clock) -> None:
    oauth, _ = of_an_agency(lambda request: httpx.Response(200, json=body), clock)
    with pytest.raises(ContractError, match="GET /oauth/installedLocations returned") as caught:
        oauth.installed_locations("c1")
    assert (caught.value.method, caught.value.path) == ("GET", "/oauth/installedLocations")
    assert caught.value.status_code == 200


@pytest.mark.parametrize("owner", [{"location_id": "l1"}, {"company_id": "c1"}])
def test_reconnect_sends_json_and_exchanges_the_code(owner: dict[str, str], clock: Clock) -> None:
    requests: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        if request.url.path == "/oauth/reconnect":
            body: dict[str, object] = {"authorizationCode": "the-code", "expiresAt": 1}
            return httpx.Response(200, json=body)
        tokens = {"access_token": "new", "refresh_token": "refresh-secret", "expires_in": 100}
        user_type = "Location" if "location_id" in owner else "Company"
        location = {"locationId": "l1"} if "location_id" in owner else {}
        owner_fields = {"userType": user_type, "companyId": "c1", **location}
        return httpx.Response(200, json=tokens | owner_fields)

    oauth = OAuth(*APP, transport=httpx.MockTransport(answer), clock=clock)
    assert oauth.reconnect(**owner).access_token == "new"
    ask, exchange = requests
    ((name, account_id),) = owner.items()
    assert ask.headers["content-type"] == "application/json"
    assert json.loads(ask.content) == {
        "clientKey": "sandbox-app",
        "clientSecret": "sandbox-secret",
        name.replace("_id", "Id"): account_id,
    }
    assert dict(parse_qsl(exchange.content.decode()))["code"] == "the-code"
    token = oauth.token("l1") if "location_id" in owner else oauth.agency_token("c1")
    assert token == "new"


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (
            200,
            {"expiresAt": 1},
            "POST /oauth/reconnect returned no authorization code, but expiresAt",
        ),
        (200, {"authorizationCode": ""}, "no authorization code"),
        (200, {"authorizationCode": 7}, "no authorization code"),
        (200, [], "no authorization code, but no fields"),
        (400, {"message": "not installed"}, "returned 400: not installed"),
        (401, {"error": "UnAuthorized!"}, "POST /oauth/reconnect returned 401"),
    ],
)
def test_a_reconnect_that_is_refused_changes_nothing(
    status: int, body: object, message: str, clock: Clock
) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(status, json=body))
    oauth = OAuth(*APP, transport=transport, clock=clock)
    with pytest.raises(AssociationsError, match=message):
        oauth.reconnect(location_id="l1")
    with pytest.raises(NotInstalledError):
        oauth.token("l1")


@pytest.mark.parametrize("owner", [{"location_id": "l2"}, {"company_id": "c2"}])
def test_a_reconnect_takes_no_tokens_of_another_account(
    owner: dict[str, str], clock: Clock
) -> None:
    body = TOKENS | {"authorizationCode": "the-code", "userType": "Location"}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=body))
    with pytest.raises(ContractError, match=r"returned tokens of .1 instead of .2"):
        OAuth(*APP, transport=transport, clock=clock).reconnect(**owner)


@pytest.mark.parametrize("owner", [{}, {"location_id": "l1", "company_id": "c1"}])
def test_reconnect_is_for_one_account(owner: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="pass either location_id or company_id"):
        OAuth(*APP).reconnect(**owner)


def test_a_code_whose_answer_is_lost_is_not_sent_again(make: Apps, sandbox: Sandbox) -> None:
    code = make.code()
    with sandbox.misbehave(faults.drop("after_work")), pytest.raises(AssociationsError) as caught:
        make().exchange(code, unsolicited=True)
    assert caught.value.outcome_unknown
    assert isinstance(caught.value.__cause__, httpx.RemoteProtocolError)
    assert token_requests(sandbox) == ["/oauth/token"]


@pytest.mark.parametrize("fault", [faults.drop("after_work"), faults.fail(503)])
def test_a_refresh_whose_answer_is_lost_is_retried_after_a_wait(
    fault: faults.Fault, oauth: OAuth, sandbox: Sandbox, clock: Clock, waits: list[float]
) -> None:
    clock.now += DAY
    injected = sandbox.misbehave(fault, times=4)
    assert oauth.token(sandbox.location_id) == oauth.token(sandbox.location_id)
    assert injected.hits == len(waits) == 4
    assert set(sandbox.oauth.refreshes) == {sandbox.location_id}


@pytest.mark.parametrize("secret", ["credentials", "Invalid"])
def test_a_secret_that_is_a_word_of_the_refusal_does_not_change_its_class(secret: str) -> None:
    body = {"error": "UnAuthorized!", "error_description": "Invalid client credentials!"}
    transport = httpx.MockTransport(lambda request: httpx.Response(401, json=body))
    with pytest.raises(OAuthRefusedError) as caught:
        OAuth("app", secret, transport=transport).exchange("the-code", unsolicited=True)
    assert caught.value.code == "invalid_client"
    assert secret not in str(caught.value)
    assert "***" in str(caught.value)
    assert (caught.value.method, caught.value.path) == ("POST", "/oauth/token")


@pytest.mark.parametrize("status", [401, 500])
def test_an_error_hides_secrets_that_the_answer_repeats(status: int) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        body = {"error": "odd", "error_description": request.content.decode()}
        return httpx.Response(status, json=body, headers={"X-Echo": request.content.decode()})

    with pytest.raises(AssociationsError) as caught:
        OAuth(*APP, transport=httpx.MockTransport(echo)).exchange("the-code", unsolicited=True)
    assert "the-code" not in str(caught.value)  # the secrecy fixture looks everywhere else
