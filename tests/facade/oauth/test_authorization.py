"""The authorization URL requests the scopes, and only the same browser can complete it."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from facade.oauth import SCOPES, OAuth, StateMismatchError
from tests.facade.oauth.conftest import App
from tests.facade.oauth.runs import APP


def test_the_url_of_an_installation_has_the_scopes_and_a_new_state() -> None:
    oauth = OAuth(*APP, redirect_uri="https://app.example/back?to=1")
    url, state = oauth.authorization_url()
    fields = {
        "response_type": "code",
        "client_id": "sandbox-app",
        "redirect_uri": "https://app.example/back?to=1",
        "scope": "associations.readonly associations.write "
        "associations/relation.readonly associations/relation.write",
        "state": state,
    }
    assert url.startswith("https://marketplace.gohighlevel.com/v2/oauth/chooselocation?")
    assert dict(parse_qsl(urlsplit(url).query)) == fields
    assert fields["scope"] == " ".join(SCOPES)
    assert len(state) >= 43
    assert oauth.authorization_url().state != state
    draft = oauth.authorization_url(["a", "b"], "mine", version_id="v1")
    given = {"scope": "a b", "state": "mine", "version_id": "v1"}
    assert dict(parse_qsl(urlsplit(draft.url).query)) == fields | given
    with pytest.raises(ValueError, match="redirect_uri"):
        OAuth(*APP).authorization_url()


@pytest.mark.parametrize(
    ("states", "why"),
    [
        ({}, "^state is missing"),
        ({"state": "", "expected_state": ""}, "^state is missing"),
        ({"state": "forged", "expected_state": None}, "^expected_state is missing"),
        ({"state": "forged", "expected_state": "mine"}, "is not that of this session"),
        ({"state": "\ud800", "expected_state": "mine"}, "is not that of this session"),
    ],
)
def test_a_code_of_another_session_is_not_sent(states: dict[str, Any], why: str, app: App) -> None:
    with pytest.raises(StateMismatchError, match=why):
        app().exchange(app.code(), **states)
    assert app.asked() == 0
