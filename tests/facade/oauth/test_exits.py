"""A process that ends during a renewal, by itself or by SIGTERM, saves the new tokens first.

As a proof, this is done twenty times, and with a store in Redis.
"""

from pathlib import Path

import pytest

from tests.facade.driving import Mode
from tests.facade.oauth.exits import ENDS, Renewing, check_exits


@pytest.mark.both
@pytest.mark.parametrize("end", ENDS)
def test_the_store_has_the_newest_tokens(mode: Mode, end: str, tmp_path: Path) -> None:
    check_exits(Renewing("sqlite", str(tmp_path / "tokens")), mode, end, 1)
