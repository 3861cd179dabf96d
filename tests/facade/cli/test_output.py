"""The output of a command: tables on a terminal, otherwise lines; notes on standard error."""

import io
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from rich.table import Table
from rich.text import Text

from facade.cli.output import print_items, table_of
from facade.testing import Sandbox
from tests.facade.cli.conftest import Command

Item = dict[str, Any]
ITEMS: list[Item] = [{"id": "1", "label": "a\tb\x1b[31m"}, {"id": "2", "label": None}]


def show(items: Iterator[Item] | list[Item], *, as_json: bool = False) -> None:
    def table(listed: Sequence[Item]) -> Table | Text:
        rows = [((one["id"], one["id"]), (one["id"], one["label"])) for one in listed]
        return table_of(("id", "label"), rows)

    print_items(items, ["id", "label"], as_json=as_json, table=table, none="There is none.")


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


def test_a_terminal_gets_a_table_whose_second_lines_do_not_repeat_the_first(
    terminal: None, capsys: pytest.CaptureFixture[str]
) -> None:
    show(ITEMS)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines == [["id", "label"], ["1", "1"], ["a\\tb\\x1b[31m"], ["2", "2"], []]
    show([])
    assert capsys.readouterr().out == "There is none.\n"


@pytest.mark.parametrize(("no_color", "colors"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_wants_none(
    command: Command, terminal: None, monkeypatch: pytest.MonkeyPatch, no_color: str, colors: bool
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]m", command("doctor")[1])) == colors


WIDE = f"{'key, id':<47}first object, label  second object, label"


@pytest.mark.parametrize(
    ("columns", "lines"),
    [(88, [WIDE]), (87, ["key, id", "first object, label", "second object, label", ""])],
)
def test_a_table_needs_room_for_its_first_column_and_its_headers(
    command: Command,
    sandbox: Sandbox,
    terminal: None,
    monkeypatch: pytest.MonkeyPatch,
    columns: int,
    lines: list[str],
) -> None:
    sandbox.seed_association(key="owner_pet", first_object_label="[b]Al[/b]\x1b[2J")
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm")  # a dumb one has 80 columns, whatever is said
    out = re.sub(r"\x1b\[[0-9;]*m", "", command("list")[1])
    found = [line.rstrip() for line in out.splitlines()]
    assert found[: len(lines)] == lines
    assert max(map(len, found)) <= columns
    assert "  [b]Al[/b]\\x1b[2J" in out
