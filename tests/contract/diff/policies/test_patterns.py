"""Patterns of paths, rules and places."""

import pytest

from scripts.contract.diff.policies.patterns import matches


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("/pets", "/pets", True),
        ("/pets", "/pets/{id}", False),
        ("/pets/*", "/pets/{id}", True),
        ("/pets/*", "/pets/{id}/toys", False),
        ("/pets/**", "/pets/{id}/toys", True),
        ("/**", "/", True),
        ("* /pets", "GET /pets", True),
        ("**", "GET /pets\n", True),
        ("/a.b", "/axb", False),
        ("enum-*", "enum-values-removed", True),
    ],
)
def test_one_star_stays_within_a_segment_and_two_do_not(
    pattern: str, text: str, expected: bool
) -> None:
    assert matches(pattern, text) is expected
