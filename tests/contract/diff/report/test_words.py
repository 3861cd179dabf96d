"""What several forms say in the same words."""

from dataclasses import replace
from typing import Any

import pytest
import yaml

from scripts.contract.diff import report
from scripts.contract.diff.report.words import (
    changes,
    in_a_sentence,
    one_line,
    operations,
    problem_lines,
)
from scripts.contract.openapi.references import Problem
from scripts.contract.overlay import read_actions
from tests.contract.diff.documents import document, operation
from tests.contract.diff.report.reviews import hostile, saying
from tests.contract.diff.reviewing import compared


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"),  # noqa: RUF001 - a dash stands for nothing
        ("two\n lines", "two lines"),
        ({"type": "string"}, '{"type": "string"}'),
        ("x" * 161, "x" * 159 + "…"),
    ],
)
def test_a_value_is_written_on_one_line(value: object, written: str) -> None:
    assert one_line(value) == written


def test_of_two_lists_only_what_differs_is_a_change() -> None:
    assert changes(["a", "b"], ["b", "c"]) == [("-", "a"), ("+", "c")]
    assert changes(None, "b") == [("+", "b")]
    assert changes(["a"], ["a"]) == []


def test_of_two_lists_in_another_order_everything_is_a_change() -> None:
    assert changes(["a", "b"], ["b", "a"]) == [("-", "a"), ("-", "b"), ("+", "b"), ("+", "a")]


def test_of_many_operations_the_first_three_are_named() -> None:
    assert operations(["a", "b", "c"]) == "a, b, c"
    assert operations(["a", "b", "c", "d"]) == "4 operations: a, b, c, …"


@hostile
def test_the_proposals_are_an_overlay_whatever_the_documents_say(text: str) -> None:
    overlay = yaml.safe_load(report.render(saying(text), "overlay"))
    (action,) = read_actions(overlay)
    assert action.target == "$"


def test_without_proposals_nothing_is_written() -> None:
    assert report.render(compared(operation(), operation()), "overlay") == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (operation(operationId="a"), operation(operationId="b"), "a → b"),
        (operation(), operation(deprecated=True), ""),
        (operation(tags=["a"]), operation(tags=["a", "b"]), "nothing → b"),
        (document(), document(tags=[{"name": "cats"}]), ""),  # the message names it
    ],
)
def test_values_are_said_where_the_message_does_not_say_them(old: Any, new: Any, said: str) -> None:
    assert in_a_sentence(compared(old, new).findings[0].finding) == said


def test_what_is_broken_in_both_documents_is_told_once() -> None:
    given = replace(
        compared(document(), document()),
        problems=(
            Problem("old", "/info", "it is odd"),
            Problem("old", "/tags/0", "it is bad", 2),
            Problem("new", "/info", "it is odd"),
        ),
    )
    assert problem_lines(given) == [
        "old and new: it is odd at info",
        "old: it is bad (2 places) at tags[0]",
    ]
