"""Patterns of paths, rules and places."""

from scripts.diff.policies.read import matches


def test_one_star_stays_within_a_segment_and_two_do_not() -> None:
    within = [("/pets/*", "/pets/{id}"), ("* /pets", "GET /pets"), ("enum-*", "enum-added")]
    across = [("/pets/**", "/pets/{id}/toys"), ("/**", "/"), ("**", "GET /pets\n")]
    assert [each for each in [*within, *across, ("/pets", "/pets")] if not matches(*each)] == []
    others = [("/pets", "/pets/{id}"), ("/pets/*", "/pets/{id}/toys"), ("/a.b", "/axb")]
    assert [each for each in others if matches(*each)] == []
