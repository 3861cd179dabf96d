"""The tables and sentences about retries, waits and deadlines."""

from scripts.docs import retries


def test_waits_and_statuses_are_shortened() -> None:
    assert retries._wait([1.0, 2.0, 2.0], False) == "up to 1 s, then 2 s"
    assert retries._ranges([408, 520, 521, 522, 524, 525]) == "408, 520 to 522, 524, 525"
