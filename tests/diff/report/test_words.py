"""Texts that several output formats share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from scripts.contract.overlay import read_actions
from scripts.diff import report
from scripts.diff.report import words
from scripts.openapi.references import Problem
from tests.diff.report.reviews import DEPRECATED, changed, hostile, saying

(FOUND,) = DEPRECATED.findings


@pytest.mark.parametrize(
    ("function", "given", "expected"),
    [
        (words.one_line, [None], "–"),  # noqa: RUF001 - a dash stands for nothing
        (words.one_line, ["two\n lines"], "two lines"),
        (words.one_line, [{"type": "é"}], '{"type": "é"}'),
        (words.one_line, ["x" * 160], "x" * 160),
        (words.one_line, ["x" * 161], "x" * 159 + "…"),
        (words.changes, [["a", "b"], ["b", "c"]], [("-", "a"), ("+", "c")]),
        (words.changes, [None, "b"], [("+", "b")]),
        (words.changes, [["a"], ["a"]], []),
        (words.only_in, [["a", "b"], ["b", "a"]], ["a", "b"]),  # only the order has changed
        (words.operations, [[*"abc"]], "a, b, c"),
        (words.operations, [[*"abcd"]], "4 operations: a, b, c, … (--all lists them)"),
    ],
)
def test_values_and_operations_have_one_line(
    function: Callable[..., Any], given: list[Any], expected: Any
) -> None:
    assert function(*given) == expected


def test_only_the_first_of_several_places_is_named() -> None:
    for count, others in ((1, ""), (2, " and 1 more place"), (3, " and 2 more places")):
        (finding,) = changed({"places": FOUND.finding.places * count}).findings
        assert words.place_of(finding) == f"GET /pets/{{id}}: deprecated{others}"


@hostile
def test_the_proposals_are_a_valid_overlay_for_any_document(text: str) -> None:
    written = report.render(saying(text), "overlay")
    assert written.startswith("overlay: 1.1.0\ninfo:\n")
    (action,) = read_actions(yaml.safe_load(written))
    assert action.target == "$"
    assert "description: é" in report.render(saying("é"), "overlay")  # nothing is hidden in it
    assert report.render(DEPRECATED, "overlay") == ""


def test_values_are_shown_unless_the_message_contains_them() -> None:
    long = "x" * 81
    for before, after, said in (
        ("a", "b", ": a → b"),
        (False, True, ""),
        (["a"], ["a", "b"], ": b"),
        ([*"abcdef"], ["a"], ": b, c, d, e, f"),
        ([*"abcdefg"], ["a"], ": b, c, d, e, f and 1 more → nothing"),
        (None, long, f": nothing → {long}"),
        (None, "deprecated", ""),  # the message names it
        (["deprecated"], ["is"], ""),
        (["deprecated"], ["b"], ": deprecated → b"),
        (None, "deprecate", ": deprecate"),
    ):
        (reviewed,) = changed({"before": before, "after": after}).findings
        sentence = words.in_a_sentence(reviewed.finding)
        assert sentence == f"GET /pets/{{id}} is deprecated{said}"


def test_values_that_are_many_or_long_are_below_the_message() -> None:
    message = "GET /pets/{id} is deprecated"
    for before, after, expected in (
        ("a", "b", (f"{message}: a → b", [])),
        ([], [*"abcde"], (f"{message}: a, b, c, d, e", [])),
        ([], [*"abcdef"], (message, [("+", each) for each in "abcdef"])),
        ("x" * 80, None, (f"{message}: {'x' * 80}", [])),
        ("x" * 81, None, (message, [("-", "x" * 81)])),
    ):
        (reviewed,) = changed({"before": before, "after": after}).findings
        assert words.headline(reviewed.finding) == expected


def test_a_problem_of_both_documents_is_listed_once() -> None:
    odd, bad = Problem("old", "/info", "it is odd"), Problem("old", "/tags/0", "it is bad", 2)
    given = replace(DEPRECATED, problems=(odd, bad, odd._replace(document="new")))
    (section,) = given.sections()
    assert section.lines == [
        "old and new: it is odd at info",
        "old: it is bad (2 places) at tags[0]",
    ]
    assert DEPRECATED.sections() == []
