"""The output of a listing: text on a terminal, otherwise lines for a program, as they are read."""

import io
import sys
from collections.abc import Iterable, Iterator

import pytest

from facade.cli.output import Item, print_items

ITEMS: list[Item] = [{"id": "1", "label": "a\tb\x1b[31m"}, {"id": "2", "label": None}]


def show(items: Iterable[Item], *, as_json: bool = False) -> None:
    def lines(item: Item) -> list[object]:
        return [item["id"], item["label"]]

    print_items(items, ["id", "label"], as_json=as_json, lines=lines, none="There is none.")


def test_without_a_terminal_items_are_tab_separated_lines_beneath_a_header(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def failing() -> Iterator[Item]:
        raise LookupError
        yield {}

    show(ITEMS)
    assert capsys.readouterr().out == "id\tlabel\n1\ta\\tb\\x1b[31m\n2\t\n"
    show([])
    assert capsys.readouterr().out == "id\tlabel\n"
    with pytest.raises(LookupError):  # before the header
        show(failing())
    assert capsys.readouterr().out == ""


def test_a_terminal_gets_lines_for_each_item_or_that_there_is_none(
    terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    show(ITEMS)
    assert capsys.readouterr().out == "1\n  a\\tb\\x1b[31m\n2\n  \n"
    show([])
    assert capsys.readouterr().out == "There is none.\n"


JSON_LINE = '{"id": "1", "label": "a\\tb\\u001b[31m"}\n'


@pytest.mark.parametrize(
    ("as_json", "first"), [(True, JSON_LINE), (False, "id\tlabel\n1\ta\\tb\\x1b[31m\n")]
)
def test_an_item_reaches_a_pipe_whole_before_the_next_one_is_there(
    monkeypatch: pytest.MonkeyPatch, as_json: bool, first: str
) -> None:
    pipe = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, newline="\n"))

    def items() -> Iterator[Item]:
        yield ITEMS[0]
        assert pipe.getvalue().decode() == first

    show(items(), as_json=as_json)
