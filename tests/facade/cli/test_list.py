"""list and relations: text on a terminal, lines for a program."""

import json
from pathlib import Path

import pytest

from facade.testing import Sandbox
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.cli.conftest import Command


def test_each_association_is_a_json_line_with_the_keys_of_the_help(
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


def test_without_a_terminal_associations_are_lines_with_these_columns(
    command: Command, sandbox: Sandbox
) -> None:
    made = seed_owner_pet(sandbox)
    header, *_, last = (line.split("\t") for line in command("list")[1].splitlines())
    assert header[:3] == ["key", "id", "first_object_key"]
    assert header[3:] == [
        "first_object_label",
        "second_object_key",
        "second_object_label",
        "association_type",
    ]
    labels = ["contact", "First", "custom_objects.pet", "Second", "USER_DEFINED"]
    assert last == ["owner_pet", made.id, *labels]


def test_a_terminal_gets_the_id_of_an_association_without_a_key(
    command: Command, sandbox: Sandbox, terminal: None
) -> None:
    made = sandbox.seed_association(key="", first_object_label="Owner\x1b[2J")
    lines = command("list")[1].splitlines()
    assert lines[-3:] == [
        "(no key)",
        f"  {made['id']}",
        "  contact (Owner\\x1b[2J) to contact (Second)",
    ]


@pytest.fixture
def related(sandbox: Sandbox, folder: Path) -> tuple[str, str]:
    """Relate a contact to a pet; return the ids of the relation and of the association."""
    association = seed_owner_pet(sandbox)
    return sandbox.seed_relation(association.id, "c1", "p1")["id"], association.id


@pytest.mark.parametrize("record", ["c1", "p1"])
def test_each_relation_is_a_json_line_with_the_key_of_its_association(
    command: Command, related: tuple[str, str], record: str
) -> None:
    status, out, err = command("relations", record, "--json")
    found = json.loads(out)
    assert (status, err) == (0, "")
    assert (found["id"], found["association_id"]) == related
    assert found["association_key"] == "owner_pet"
    assert found["other_record_id"] == ("p1" if record == "c1" else "c1")
    assert found["record_ids"] == ["c1", "p1"]
    assert ", ".join(found) in " ".join(command("relations", "--help")[1].split())


def test_relations_under_one_association_may_be_asked_for(
    command: Command, related: tuple[str, str]
) -> None:
    assert related[0] in command("relations", "c1", "--association", "owner_pet")[1]
    other = "BUSINESSES_CONTACTS_ASSOCIATION"
    assert command("relations", "c1", "--association", other, "--json") == (0, "", "")


def test_a_token_for_relations_alone_lists_them_with_the_ids_of_their_associations(
    command: Command, sandbox: Sandbox, related: tuple[str, str]
) -> None:
    sandbox.add_token("pit-narrow", scopes=["associations/relation.readonly"])
    status, out, _ = command("relations", "c1", "--json", TOKEN="pit-narrow")
    found = json.loads(out)
    assert (status, found["association_key"], found["association_id"]) == (0, None, related[1])


def test_a_terminal_gets_the_records_on_the_other_side(
    command: Command, related: tuple[str, str], terminal: None
) -> None:
    said = f"p1  custom_objects.pet\n  owner_pet  {related[0]}\n"
    assert command("relations", "c1") == (0, said, "")
    assert command("relations", "p2")[1] == "Record p2 has no such relation.\n"
