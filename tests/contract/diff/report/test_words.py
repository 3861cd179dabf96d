"""What several forms say in the same words."""

from typing import Any

import pytest
import yaml

from scripts.contract.diff import report
from scripts.contract.diff.report.words import changes, in_a_sentence, one_line, operations, place
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
    ("pointer", "written"),
    [
        ("", "the root"),
        ("/info/version", "info.version"),
        ("/paths/~1pets~1{id}", "/pets/{id}"),
        ("/paths/~1pets~1{id}/get", "GET /pets/{id}"),
        ("/paths/~1pets/put/parameters/0/schema", "PUT /pets: parameters[0].schema"),
        ("/paths/~1pets/parameters/0", "/pets: parameters[0]"),
        ("/components/schemas/a b/x~1y", 'components.schemas["a b"]["x/y"]'),
        ("common.json#/Pet/type", "common.json: Pet.type"),
    ],
)
def test_a_pointer_is_written_as_a_person_reads_it(pointer: str, written: str) -> None:
    assert place(pointer) == written


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
