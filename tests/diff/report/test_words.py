"""Texts that several output formats share."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml

from scripts.contract.impact.apps import AppUse
from scripts.contract.overlay import read_actions
from scripts.diff import report
from scripts.diff.report import words
from scripts.diff.reviewed import Affected
from scripts.openapi.references import Problem
from tests.diff.report.reviews import DEPRECATED, changed, complete, hostile, saying

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
        (words.operations, [[*"abcd"]], "4 operations: a, b, c, …"),
    ],
)
def test_values_and_operations_have_one_line(
    function: Callable[..., Any], given: list[Any], expected: Any
) -> None:
    assert function(*given) == expected


AFFECTED = (Affected("pets.get", True), Affected("pets.list", False), Affected("Pet.name", False))


def test_each_affected_item_has_a_line() -> None:
    fields: list[tuple[Any, list[str]]] = [
        ({}, []),
        ({"is_transport_header": True}, ["facade: not affected, every request sets it"]),
        ({"reach": "sent already"}, ["facade: sent already"]),
        ({"affected": AFFECTED}, ["facade: pets.list, Pet.name", "facade, shielded: pets.get"]),
        ({"uses": (AppUse("a.py", 1, "b", "likely"),)}, ["app: a.py:1 uses b (likely)"]),
        ({"policy": "severity\nchanged"}, ["policy: severity changed"]),
    ]
    for more, expected in fields:
        assert words.impact_lines(replace(FOUND, **more)) == expected


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
    for before, after, said in (
        ("a", "b", "a → b"),
        (False, True, ""),
        (["a"], ["a", "b"], "nothing → b"),
        ([*"abcdef"], ["a"], "b, c, d, e, f → nothing"),
        ([*"abcdefg"], ["a"], "b, c, d, e, f and 1 more → nothing"),
        (None, "deprecated", ""),  # the message names it
        (None, "deprecate", "nothing → deprecate"),
    ):
        (reviewed,) = changed({"before": before, "after": after}).findings
        assert words.in_a_sentence(reviewed.finding) == said


PROBLEMS = "Problems in the documents"


def test_a_problem_of_both_documents_is_listed_once() -> None:
    odd, bad = Problem("old", "/info", "it is odd"), Problem("old", "/tags/0", "it is bad", 2)
    given = replace(complete(), problems=(odd, bad, odd._replace(document="new")))
    assert [title for title, _ in words.notes(given)][2:] == ["The overlay", PROBLEMS]
    assert words.notes(DEPRECATED) == []
    assert words.problem_lines(given) == [
        "old and new: it is odd at info",
        "old: it is bad (2 places) at tags[0]",
    ]
