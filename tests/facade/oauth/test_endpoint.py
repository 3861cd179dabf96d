"""The token endpoints: retries, refusals, and secrets that stay secret."""

from collections.abc import Callable
from urllib.parse import parse_qsl

import httpx
import pytest
from attrs import evolve

from facade import AssociationsError, ServerError
from facade.oauth import MemoryTokenStore, OAuth
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


@pytest.mark.parametrize("status", [401, 500])
def test_an_error_hides_secrets_that_the_answer_repeats(status: int) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        body = {"error": "odd", "error_description": request.content.decode()}
        return httpx.Response(status, json=body, headers={"X-Echo": request.content.decode()})

    with pytest.raises(AssociationsError) as caught:
        OAuth(*APP, transport=httpx.MockTransport(echo)).exchange("the-code", unsolicited=True)
    assert "the-code" not in str(caught.value)  # the secrecy fixture looks everywhere else
