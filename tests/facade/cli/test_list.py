"""list: text on a terminal, lines for a program, each when it is read."""

import io
import json
import sys
from collections.abc import Iterator

import pytest

from facade.cli.commands.list import Item, print_items
from facade.testing import Sandbox
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.cli.conftest import Command

COLUMNS = """key id first_object_key first_object_label second_object_key second_object_label
    association_type""".split()


def test_associations_are_json_lines_with_the_keys_of_the_help_or_have_these_columns(
    command: Command, sandbox: Sandbox
) -> None:
    made = seed_owner_pet(sandbox)
    status, out, err = command("list", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, err, len(lines)) == (0, "", 5)
    assert (lines[-1]["id"], lines[-1]["key"]) == (made.id, "owner_pet")
    assert ", ".join(lines[-1]) in " ".join(command("list", "--help")[1].split())
    of_one = command("list", "--object", "custom_objects.pet", "--json")[1]
    assert json.loads(of_one) == lines[-1]
    header, *_, last = (line.split("\t") for line in command("list")[1].splitlines())
    labels = ["contact", "First", "custom_objects.pet", "Second", "USER_DEFINED"]
    assert (header, last) == (COLUMNS, ["owner_pet", made.id, *labels])


def test_a_terminal_gets_an_association_without_hidden_characters(
    command: Command, sandbox: Sandbox, terminal: None
) -> None:
    seed_owner_pet(sandbox)
    made = sandbox.seed_association(
        key="", first_object_label="Owner\x1b[2J", second_object_label=None
    )
    sides = "  contact (Owner\\x1b[2J) to contact (no label)"
    shown = command("list")[1].splitlines()
    assert shown[-6] == "owner_pet"
    assert shown[-3:] == ["(no key)", f"  {made['id']}", sides]


@pytest.mark.parametrize(("as_json", "first"), [(True, '{"id": "1\\t"}\n'), (False, "id\n1\\t\n")])
def test_an_item_reaches_a_pipe_whole_before_the_next_one(
    monkeypatch: pytest.MonkeyPatch, as_json: bool, first: str
) -> None:
    pipe = io.BytesIO()

    def items() -> Iterator[Item]:
        yield {"id": "1\t"}
        assert pipe.getvalue().decode() == first

    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, newline="\n"))
    print_items(items(), ["id"], as_json=as_json, lines=lambda item: [], none="None.")
