"""Only the browser that began an installation can complete it."""

from typing import Any

import pytest

from facade.oauth import StateMismatchError
from tests.facade.oauth.conftest import App


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
