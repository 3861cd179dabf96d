"""Texts that several output formats share."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from scripts.contract.diff import report
from scripts.contract.diff.impact.apps import AppUse
from scripts.contract.diff.report.words import (
    changes,
    impact_lines,
    in_a_sentence,
    one_line,
    operations,
    place_of,
    problem_lines,
)
from scripts.contract.diff.reviewed import Affected
from scripts.contract.openapi.references import Problem
from scripts.contract.overlay import read_actions
from tests.contract.diff.documents import document, operation
from tests.contract.diff.report.reviews import DEPRECATED, changed, hostile, saying
from tests.contract.diff.reviewing import compared


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"),  # noqa: RUF001 - a dash stands for nothing
        ("two\n lines", "two lines"),
        ({"type": "é"}, '{"type": "é"}'),
        ("x" * 160, "x" * 160),
        ("x" * 161, "x" * 159 + "…"),
    ],
)
def test_a_value_is_written_on_one_line(value: object, written: str) -> None:
    assert one_line(value) == written


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a", "b"], ["b", "c"], ["-a", "+c"]),
        (None, "b", ["+b"]),
        (["a"], ["a"], []),
        (["a", "b"], ["b", "a"], ["-a", "-b", "+b", "+a"]),  # only the order has changed
    ],
)
def test_the_changes_of_two_lists_are_their_differences(
    before: object, after: object, expected: list[str]
) -> None:
    assert [sign + text for sign, text in changes(before, after)] == expected


def test_only_the_first_three_of_many_operations_are_named() -> None:
    assert operations([*"abc"]) == "a, b, c"
    assert operations([*"abcd"]) == "4 operations: a, b, c, …"


AFFECTED = (Affected("pets.get", True), Affected("pets.list", False), Affected("Pet.name", False))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, []),
        ({"is_transport_header": True}, ["facade: not affected, every request sets it"]),
        ({"reach": "sent already"}, ["facade: sent already"]),
        ({"affected": AFFECTED}, ["facade: pets.list, Pet.name", "facade, shielded: pets.get"]),
        ({"uses": (AppUse("a.py", 1, "b", "likely"),)}, ["app: a.py:1 uses b (likely)"]),
        ({"policy": "severity\nchanged"}, ["policy: severity changed"]),
    ],
)
def test_each_affected_item_has_a_line(more: Any, expected: list[str]) -> None:
    assert impact_lines(replace(DEPRECATED.findings[0], **more)) == expected


@pytest.mark.parametrize(
    ("count", "others"), [(1, ""), (2, " and 1 more place"), (3, " and 2 more places")]
)
def test_only_the_first_of_several_places_is_named(count: int, others: str) -> None:
    (finding,) = changed({"places": DEPRECATED.findings[0].finding.places * count}).findings
    assert place_of(finding) == f"GET /pets/{{id}}: deprecated{others}"


@hostile
def test_the_proposals_are_a_valid_overlay_for_any_document(text: str) -> None:
    written = report.render(saying(text), "overlay")
    assert written.startswith("overlay: 1.1.0\ninfo:\n")
    (action,) = read_actions(yaml.safe_load(written))
    assert action.target == "$"


def test_proposals_without_hidden_characters_are_written_as_they_are() -> None:
    assert "description: é" in report.render(saying("é"), "overlay")
    assert report.render(DEPRECATED, "overlay") == ""


def tagged(names: str) -> Any:
    return operation(tags=[*names])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (operation(operationId="a"), operation(operationId="b"), "a → b"),
        (operation(), operation(deprecated=True), ""),
        (tagged("a"), tagged("ab"), "nothing → b"),
        (tagged("abcdef"), tagged("a"), "b, c, d, e, f → nothing"),
        (tagged("abcdefg"), tagged("a"), "b, c, d, e, f and 1 more → nothing"),
        (document(), document(tags=[{"name": "cats"}]), ""),  # the message names it
    ],
)
def test_values_are_shown_unless_the_message_contains_them(old: Any, new: Any, said: str) -> None:
    assert in_a_sentence(compared(old, new).findings[0].finding) == said


def test_a_problem_of_both_documents_is_listed_once() -> None:
    odd, bad = Problem("old", "/info", "it is odd"), Problem("old", "/tags/0", "it is bad", 2)
    given = replace(DEPRECATED, problems=(odd, bad, odd._replace(document="new")))
    assert problem_lines(given) == [
        "old and new: it is odd at info",
        "old: it is bad (2 places) at tags[0]",
    ]
