"""The token operations: what is retried, what a refusal says, and that secrets stay secret."""

from collections.abc import Callable

import httpx
import pytest

from facade import AssociationsError
from facade.oauth import OAuth, OAuthRefusedError
from facade.testing import Sandbox, faults
from tests.facade.driving import Clock
from tests.facade.oauth.runs import APP, DAY, token_requests


def test_a_code_whose_answer_is_lost_is_not_sent_again(
    make: Callable[..., OAuth], sandbox: Sandbox
) -> None:
    code = sandbox.oauth.install(location_id=sandbox.location_id)
    with sandbox.misbehave(faults.drop("after_work")), pytest.raises(AssociationsError) as caught:
        make().exchange(code, unsolicited=True)
    assert caught.value.outcome_unknown
    assert token_requests(sandbox) == ["/oauth/token"]


@pytest.mark.parametrize(
    "fault", [faults.drop("connecting"), faults.drop("after_work"), faults.fail(503)]
)
def test_a_refresh_whose_answer_is_lost_is_retried(
    fault: faults.Fault, oauth: OAuth, sandbox: Sandbox, clock: Clock
) -> None:
    clock.now += DAY
    injected = sandbox.misbehave(fault, times=2)
    assert oauth.token(sandbox.location_id) == oauth.token(sandbox.location_id)
    assert injected.hits == 2
    assert set(sandbox.oauth.refreshes) == {sandbox.location_id}


def test_the_error_for_a_wrong_client_secret_names_it(
    make: Callable[..., OAuth], sandbox: Sandbox
) -> None:
    code = sandbox.oauth.install(location_id=sandbox.location_id)
    with pytest.raises(OAuthRefusedError, match="UnAuthorized!: Invalid client cred") as caught:
        make(client_secret="not-the-secret").exchange(code, unsolicited=True)
    assert (caught.value.code, caught.value.status_code) == ("invalid_client", 401)


@pytest.mark.parametrize("status", [400, 401, 429, 500])
def test_an_error_hides_secrets_that_the_answer_repeats(status: int) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        body = {"error": "odd", "error_description": request.content.decode()}
        return httpx.Response(status, json=body, headers={"X-Echo": request.content.decode()})

    with pytest.raises(AssociationsError) as caught:
        OAuth(*APP, transport=httpx.MockTransport(echo)).exchange("the-code", unsolicited=True)
    assert "the-code" not in str(caught.value)  # the secrecy fixture looks everywhere else
