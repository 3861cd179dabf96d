"""The authorization URL requests the scopes, and only the same browser can complete it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from facade.oauth import SCOPES, OAuth, StateMismatchError
from facade.testing import Sandbox
from tests.facade.oauth.conftest import Apps
from tests.facade.oauth.runs import APP, token_requests


def test_the_url_of_an_installation_has_the_scopes_and_a_new_state() -> None:
    oauth = OAuth(*APP, redirect_uri="https://app.example/back?to=1")
    url, state = oauth.authorization_url()
    assert url.startswith("https://marketplace.gohighlevel.com/v2/oauth/chooselocation?")
    assert parse_qs(urlsplit(url).query) == {
        "response_type": ["code"],
        "client_id": ["sandbox-app"],
        "redirect_uri": ["https://app.example/back?to=1"],
        "scope": [" ".join(SCOPES)],
        "state": [state],
    }
    assert len(state) >= 43
    assert oauth.authorization_url().state != state
    assert set(SCOPES) >= {
        *("associations.readonly", "associations.write"),
        *("associations/relation.readonly", "associations/relation.write"),
    }
    draft = oauth.authorization_url(["a", "b"], "mine", version_id="6a44f1c09b3e7d2100000001")
    assert draft.state == "mine"
    query = parse_qs(urlsplit(draft.url).query)
    assert (query["scope"], query["version_id"]) == (["a b"], ["6a44f1c09b3e7d2100000001"])


def test_without_redirect_uri_there_is_no_url() -> None:
    with pytest.raises(ValueError, match="redirect_uri"):
        OAuth(*APP).authorization_url()


@pytest.mark.parametrize(
    ("states", "why"),
    [
        ({}, "^state is missing"),
        ({"state": "forged", "expected_state": "mine"}, "is not that of this session"),
        ({"state": "forged", "expected_state": None}, "^expected_state is missing"),
        ({"state": None, "expected_state": "mine"}, "^state is missing"),
        ({"state": "", "expected_state": ""}, "^state is missing"),
        ({"state": "\ud800", "expected_state": "mine"}, "is not that of this session"),
    ],
)
def test_a_code_without_the_sessions_state_is_refused_and_not_sent(
    states: dict[str, Any], why: str, make: Apps, sandbox: Sandbox
) -> None:
    code = make.code()
    with pytest.raises(StateMismatchError, match=why):
        make().exchange(code, **states)
    assert token_requests(sandbox) == []
