"""scripts.update: how it ends, and what it says to a person."""

import pytest

from scripts import update
from scripts.contract.update import Outcome


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (Outcome(), 0, ""),
        (
            Outcome(changed=True),
            0,
            "done: read git diff, word the draft in CHANGELOG.md, and commit\n",
        ),
        (Outcome("read this"), 1, "stopped, and nothing was changed: read this\n"),
    ],
)
def test_the_outcome_is_said_and_is_the_exit_code(
    outcome: Outcome,
    code: int,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(update, "update", lambda *given: outcome)
    assert update.main([]) == code
    assert capsys.readouterr().out == said
