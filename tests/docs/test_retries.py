"""The tables and sentences about retries, waits and deadlines."""

import pytest

from scripts.docs import retries
from scripts.docs.parts import ROOT


@pytest.mark.parametrize("part", ["table", "numbers", "lookups", "options", "patience"])
def test_the_guide_says_what_a_client_does_now(part: str) -> None:
    assert getattr(retries, part)(ROOT) in (ROOT / "docs/guide/waits.md").read_text()


def test_waits_and_statuses_are_shortened() -> None:
    assert retries._wait([1.0, 2.0, 2.0], False) == "up to 1 s, then 2 s"
    assert retries._ranges([408, 520, 521, 522, 524, 525]) == "408, 520 to 522, 524, 525"
