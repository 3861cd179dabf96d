"""If a process is killed or ends during a renewal, the next one recovers without a user."""

from pathlib import Path

import pytest

from tests.facade.driving import Mode
from tests.facade.oauth.exits import ENDS, POINTS, Renewing, check_exits, check_kill

# As a proof, both are done with a store in Redis, too; processes end twenty times in both clients.


@pytest.fixture
def renewing(tmp_path: Path) -> Renewing:
    return Renewing("sqlite", str(tmp_path / "tokens"))


@pytest.mark.posix
@pytest.mark.parametrize(("point", "refreshes"), POINTS.items())
def test_the_next_process_works_without_a_person(
    point: str, refreshes: int, renewing: Renewing
) -> None:
    location = check_kill(renewing, point)
    assert list(renewing.sandbox.oauth.refreshes) == [location] * refreshes


@pytest.mark.parametrize(
    ("kind", "end"), [*(("blocking", end) for end in ENDS), ("async", "cancelled")]
)
def test_a_process_that_ends_by_itself_or_sigterm_saves_first(
    kind: Mode, end: str, renewing: Renewing
) -> None:
    check_exits(renewing, kind, end, 1)
