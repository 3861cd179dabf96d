"""relations: text on a terminal, lines for a program; the rows and JSON lines of export."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from facade import Association, Relation
from facade.cli.commands.list_relations import relation_writer
from facade.testing import Sandbox
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.cli.conftest import Command

SIDES: dict[str, Any] = {"first_object_key": "contact", "second_object_key": "custom_objects.pet"}
OWNER_PET = Association(id="a1", key="owner_pet", **SIDES)
FRIENDS = evolve(OWNER_PET, second_object_key="contact")
OF_PAIRS = "contact,custom_objects.pet,relation_id"
OF_ALL = "association_key,association_id,first_object_key,first_record_id,second_object_key,"
OF_ALL += "second_record_id,id"


def relation(**fields: Any) -> Relation:
    records = {"first_record_id": "c1", "second_record_id": "p1"}
    return Relation(**{"id": "r1", "association_id": "a1", **SIDES, **records, **fields})


def written(one: Relation, wanted: Association | None, *, as_json: bool = False) -> list[str]:
    """Write a relation of the record c1; return the lines."""
    file = io.StringIO(newline="")
    relation_writer(file, wanted, {"a1": "owner_pet"}, as_json=as_json)(one, "c1")
    return file.getvalue().split("\n")[:-1]


SWAPPED = dict(zip(SIDES, reversed(SIDES.values()), strict=True))
SWAPPED |= {"first_record_id": "p1", "second_record_id": "c1"}


def test_a_row_has_its_records_in_the_order_of_the_association() -> None:
    for fields, wanted, lines in (
        ({}, OWNER_PET, [OF_PAIRS, "c1,p1,r1"]),
        (SWAPPED, OWNER_PET, [OF_PAIRS, "c1,p1,r1"]),
        (dict.fromkeys(SIDES), OWNER_PET, [OF_PAIRS, "c1,p1,r1"]),
        ({"second_object_key": "contact"}, FRIENDS, ["first,second,relation_id", "c1,p1,r1"]),
        ({}, None, [OF_ALL, "owner_pet,a1,contact,c1,custom_objects.pet,p1,r1"]),
        ({"association_id": "a2"}, None, [OF_ALL, ",a2,contact,c1,custom_objects.pet,p1,r1"]),
        ({"id": "=1+1"}, OWNER_PET, [OF_PAIRS, "c1,p1,'=1+1"]),
    ):
        assert written(relation(**fields), wanted) == lines


UNSIDED = Relation(id="r1", association_id="a1", unsided=("c1", "p1"))


@pytest.mark.parametrize("wanted", [None, OWNER_PET])
def test_a_relation_without_sides_is_a_json_line_and_no_row_of_a_csv(
    wanted: Association | None,
) -> None:
    (line,) = written(UNSIDED, wanted, as_json=True)
    found = json.loads(line)
    assert (found["id"], found["association_key"]) == ("r1", "owner_pet")
    assert (found["other_record_id"], found["record_ids"]) == ("p1", ["c1", "p1"])
    said = "relation r1 has no sides: use --json or another --api-version"
    for one in (UNSIDED, relation(first_record_id=None), relation(second_record_id=None)):
        with pytest.raises(ValueError, match=said):
            written(one, wanted)


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


def test_a_terminal_gets_the_records_on_the_other_side_and_a_program_columns(
    command: Command, sandbox: Sandbox, related: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = OF_ALL.replace(",id", ",other_record_id,id").split(",")
    ends = ["contact", "c1", "custom_objects.pet", "p1", "p1"]
    rows = [keys, ["owner_pet", related[1], *ends, related[0]]]
    assert [line.split("\t") for line in command("relations", "c1")[1].splitlines()] == rows
    monkeypatch.setattr(type(sys.stdout), "isatty", lambda stream: True)
    said = f"p1  custom_objects.pet\n  owner_pet  {related[0]}\n"
    assert command("relations", "c1") == (0, said, "")
    assert command("relations", "p2")[1] == "Record p2 has no such relation.\n"
    sandbox.add_token("pit-narrow", scopes=["associations/relation.readonly"])
    out = command("relations", "c1", TOKEN="pit-narrow")[1]
    assert out == said.replace("owner_pet", related[1])
