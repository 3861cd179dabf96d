"""The tables and sentences about retries, waits and deadlines."""

import pytest

from scripts.docs import retries
from scripts.docs.parts import ROOT


@pytest.mark.parametrize("part", ["table", "numbers", "lookups", "options", "patience"])
def test_the_guide_says_what_a_client_does_now(part: str) -> None:
    assert getattr(retries, part)(ROOT) in (ROOT / "docs/guide/waits.md").read_text()
