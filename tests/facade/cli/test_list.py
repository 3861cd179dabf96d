"""list and relations: text on a terminal, lines for a program, each when it is read."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def related(sandbox: Sandbox, folder: Path) -> tuple[str, str]:
    """Relate a contact to a pet; return the ids of the relation and of the association."""
    association = seed_owner_pet(sandbox)
    return sandbox.seed_relation(association.id, "c1", "p1")["id"], association.id


@pytest.mark.parametrize(("record", "other"), [("c1", "p1"), ("p1", "c1")])
def test_each_relation_is_a_json_line_with_the_key_of_its_association(
    command: Command, sandbox: Sandbox, related: tuple[str, str], record: str, other: str
) -> None:
    status, out, err = command("relations", record, "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert ", ".join(found) in " ".join(command("relations", "--help")[1].split())
    assert (found["id"], found["association_id"]) == related
    assert found["association_key"] == "owner_pet"
    assert (found["other_record_id"], found["record_ids"]) == (other, ["c1", "p1"])
    assert command("relations", record, "--association", "owner_pet", "--json")[1] == out
    another = ["--association", "BUSINESSES_CONTACTS_ASSOCIATION", "--json"]
    assert command("relations", record, *another) == (0, "", "")
    # A token for relations alone does not tell the key.
    sandbox.add_token("pit-narrow", scopes=["associations/relation.readonly"])
    out = command("relations", record, "--json", TOKEN="pit-narrow")[1]
    assert json.loads(out) == found | {"association_key": None}


def test_a_terminal_gets_an_association_and_the_records_on_the_other_side(
    command: Command, sandbox: Sandbox, related: tuple[str, str], terminal: None
) -> None:
    said = f"p1  custom_objects.pet\n  owner_pet  {related[0]}\n"
    assert command("relations", "c1") == (0, said, "")
    assert command("relations", "p2")[1] == "Record p2 has no such relation.\n"
    made = sandbox.seed_association(key="", first_object_label="Owner\x1b[2J")
    sides = "  contact (Owner\\x1b[2J) to contact (Second)"
    assert command("list")[1].splitlines()[-3:] == ["(no key)", f"  {made['id']}", sides]


@pytest.mark.parametrize(("as_json", "first"), [(True, '{"id": "1\\t"}\n'), (False, "id\n1\\t\n")])
def test_an_item_reaches_a_pipe_whole_before_the_next_one_and_an_error_before_the_header(
    monkeypatch: pytest.MonkeyPatch, as_json: bool, first: str
) -> None:
    def items(*items: Item) -> Iterator[Item]:
        yield from items
        assert pipe.getvalue().decode() == (first if items else "")
        raise LookupError

    for given in ([], [{"id": "1\t"}]):
        pipe = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(pipe, newline="\n"))
        with pytest.raises(LookupError):
            print_items(items(*given), ["id"], as_json=as_json, lines=lambda item: [], none="None.")
