"""Texts that several output formats share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import yaml

from scripts.contract.overlay import read_actions
from scripts.diff import report
from scripts.diff.report import words
from scripts.visible import visible
from tests.diff.report.reviews import DEPRECATED, changed, hostile, saying

(FOUND,) = DEPRECATED.findings


def test_values_and_operations_have_one_line() -> None:
    cases: list[tuple[Callable[..., Any], list[Any], Any]] = [
        (words.one_line, [None], "–"),  # noqa: RUF001 - a dash stands for nothing
        (words.one_line, ["two\n lines"], "two lines"),
        (words.one_line, [{"type": "é"}], '{"type": "é"}'),
        (words.one_line, ["x" * 160], "x" * 160),
        (words.one_line, ["x" * 161], "x" * 159 + "…"),
        (words.changes, [["a", "b"], ["b", "c"]], [("-", "a"), ("+", "c")]),
        (words.changes, [None, "b"], [("+", "b")]),
        (words.changes, [["a"], ["a"]], []),
        (words.changes, [["a"], "b"], [("-", '["a"]'), ("+", "b")]),
        (words.impact_lines, [FOUND], []),
        (words.impact_lines, [replace(FOUND, policy="known")], ["policy: known"]),
        (words.only_in, [["a", "b"], ["b", "a"]], ["a", "b"]),  # only the order has changed
        (words.operations, [[*"abc"]], "a, b, c"),
        (words.operations, [[*"abcd"]], "4 operations: a, b, c, … (--all lists them)"),
    ]
    for function, given, expected in cases:
        assert function(*given) == expected
    assert words.operations([*"abcd"], is_whole=True) == "a, b, c, d"


def test_only_the_first_of_several_places_is_named() -> None:
    for count, others in ((1, ""), (2, " and 1 more place"), (3, " and 2 more places")):
        (finding,) = changed({"places": FOUND.finding.places * count}).findings
        assert words.place_of(finding) == f"GET /pets/{{id}}: deprecated{others}"


@hostile
def test_the_proposals_are_a_valid_overlay_for_any_document(text: str) -> None:
    written = report.render(saying(text), "overlay")
    assert written.startswith("overlay: 1.1.0\ninfo:\n")
    assert all(visible(line) == line for line in written.split("\n"))
    (action,) = read_actions(yaml.safe_load(written))
    assert action.target == "$"
    assert "description: é" in report.render(saying("é"), "overlay")  # nothing is hidden in it
    assert report.render(DEPRECATED, "overlay") == ""


def test_few_short_values_that_the_message_does_not_contain_are_part_of_it() -> None:
    message = "GET /pets/{id} is deprecated"
    for before, after, said, apart in (
        ("a", "b", ": a → b", 0),
        (False, True, "", 0),
        (["a"], ["a", "b"], ": b", 0),
        ([*"abcdef"], ["a"], ": b, c, d, e, f", 0),
        ([*"abcdef"], ["a", "x"], "", 6),
        ("x" * 80, None, f": {'x' * 80}", 0),
        (None, "x" * 81, "", 1),
        (None, "deprecated", "", 0),  # the message names it
        (["deprecated"], ["is"], "", 0),
        (["deprecated"], ["b"], ": deprecated → b", 0),
        (None, "deprecate", ": deprecate", 0),
    ):
        (reviewed,) = changed({"before": before, "after": after}).findings
        shown, values = words.headline(reviewed.finding)
        assert (shown, len(values)) == (f"{message}{said}", apart)
