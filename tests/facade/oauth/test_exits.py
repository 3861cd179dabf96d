"""A process that ends during a renewal, by itself or by SIGTERM, saves the new tokens first.

As a proof, this is done twenty times, with both clients and with a store in Redis, too.
"""

from pathlib import Path

import pytest

from tests.facade.driving import Mode
from tests.facade.oauth.exits import ENDS, Renewing, check_exits


@pytest.mark.parametrize(
    ("kind", "end"), [*(("blocking", end) for end in ENDS), ("async", "cancelled")]
)
def test_the_store_has_the_newest_tokens(kind: Mode, end: str, tmp_path: Path) -> None:
    check_exits(Renewing("sqlite", str(tmp_path / "tokens")), kind, end, 1)
