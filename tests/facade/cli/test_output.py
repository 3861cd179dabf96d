"""The output of a listing: what a program and a terminal get, when it is read."""

import io
import sys
from collections.abc import Iterable, Iterator

import pytest

from facade.cli.commands.list import Item, print_items

ITEMS: list[Item] = [{"id": "1", "label": "a\tb\x1b[31m"}, {"id": "2", "label": None}]
HEADER, TSV = "id\tlabel\n", "1\ta\\tb\\x1b[31m\n"
JSON = '{"id": "1", "label": "a\\tb\\u001b[31m"}\n'


def show(items: Iterable[Item], *, as_json: bool = False) -> None:
    def lines(item: Item) -> list[object]:
        return [item["id"], item["label"]]

    print_items(items, ["id", "label"], as_json=as_json, lines=lines, none="There is none.")


@pytest.mark.parametrize("is_terminal", [False, True])
def test_a_program_gets_a_header_and_a_terminal_that_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], is_terminal: bool
) -> None:
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: is_terminal)
    show(ITEMS)
    of_terminal = "1\n  a\\tb\\x1b[31m\n2\n  \n"
    assert capsys.readouterr().out == (of_terminal if is_terminal else f"{HEADER}{TSV}2\t\n")
    show([])
    assert capsys.readouterr().out == ("There is none.\n" if is_terminal else HEADER)


@pytest.mark.parametrize(("as_json", "first"), [(True, JSON), (False, HEADER + TSV)])
def test_an_item_reaches_a_pipe_whole_before_the_next_one_and_an_error_before_the_header(
    monkeypatch: pytest.MonkeyPatch, as_json: bool, first: str
) -> None:
    def items(*items: Item) -> Iterator[Item]:
        yield from items
        assert pipe.getvalue().decode() == (first if items else "")
        raise LookupError

    for given in ([], ITEMS[:1]):
        pipe = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, newline="\n"))
        with pytest.raises(LookupError):
            show(items(*given), as_json=as_json)
