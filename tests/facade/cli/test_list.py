"""list and relations: a table on a terminal, lines for a program."""

import json
import os

import pytest

from facade import AssociationsClient
from facade.testing import Sandbox
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.cli.conftest import Command


def test_each_association_is_a_json_line_with_the_keys_of_the_help(
    command: Command, sandbox: Sandbox
) -> None:
    made = seed_owner_pet(sandbox)
    of_one = command("list", "--object", "custom_objects.pet", "--json")[1]
    assert json.loads(of_one)["key"] == "owner_pet"
    status, out, err = command("list", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert (status, err) == (0, "")
    assert [one["key"] for one in lines] == [
        "OPPORTUNITIES_CONTACTS_ASSOCIATION",
        "BUSINESSES_CONTACTS_ASSOCIATION",
        "BUSINESSES_OPPORTUNITIES_ASSOCIATION",
        "OPPORTUNITIES_CONTACTS_ADDITIONAL_ASSOCIATION",
        "owner_pet",
    ]
    assert lines[-1]["id"] == made.id
    said = command("list", "--help")[1]
    assert [name for name in lines[-1] if "cardinality" not in name and "max" not in name] == [
        name for name in lines[-1] if name in said
    ]


def test_without_a_terminal_associations_are_lines_with_these_columns(
    command: Command, sandbox: Sandbox
) -> None:
    made = seed_owner_pet(sandbox)
    lines = [line.split("\t") for line in command("list")[1].splitlines()]
    assert dict(zip(lines[0], lines[-1], strict=True)) == {
        "key": "owner_pet",
        "id": made.id,
        "first_object_key": "contact",
        "first_object_label": "First",
        "second_object_key": "custom_objects.pet",
        "second_object_label": "Second",
        "association_type": "USER_DEFINED",
    }


def related(sandbox: Sandbox) -> tuple[str, str]:
    """Relate a contact to a pet; return the ids of the relation and of the association."""
    association = seed_owner_pet(sandbox)
    with AssociationsClient(
        sandbox.token, sandbox.location_id, base_url=os.environ["HIGHLEVEL_BASE_URL"]
    ) as client:
        made = client.relations.create(association.id, first_record_id="c1", second_record_id="p1")
    return made.id, association.id


@pytest.mark.parametrize("record", ["c1", "p1"])
def test_each_relation_is_a_json_line_with_the_key_of_its_association(
    command: Command, sandbox: Sandbox, record: str
) -> None:
    relation_id, association_id = related(sandbox)
    status, out, err = command("relations", record, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out) == {
        "id": relation_id,
        "association_id": association_id,
        "association_key": "owner_pet",
        "first_object_key": "contact",
        "first_record_id": "c1",
        "second_object_key": "custom_objects.pet",
        "second_record_id": "p1",
        "location_id": "sandbox-location",
        "primary": False,
        "record_ids": ["c1", "p1"],
        "other_record_id": "p1" if record == "c1" else "c1",
        "extra": {},
    }


def test_relations_under_one_association_may_be_asked_for(
    command: Command, sandbox: Sandbox
) -> None:
    relation_id, _ = related(sandbox)
    assert relation_id in command("relations", "c1", "--association", "owner_pet")[1]
    other = "BUSINESSES_CONTACTS_ASSOCIATION"
    assert command("relations", "c1", "--association", other, "--json") == (0, "", "")
    status, _, err = command("relations", "c1", "--association", "pets")
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith("error: there is no association 'pets' in sandbox-location; there are ")


def test_a_token_for_relations_alone_lists_them_with_the_ids_of_their_associations(
    command: Command, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, association_id = related(sandbox)
    sandbox.add_token("pit-narrow", scopes=["associations/relation.readonly"])
    monkeypatch.setenv("HIGHLEVEL_TOKEN", "pit-narrow")
    status, out, _ = command("relations", "c1", "--json")
    found = json.loads(out)
    assert (status, found["association_key"], found["association_id"]) == (0, None, association_id)


def test_a_terminal_gets_the_records_on_the_other_side(
    command: Command, sandbox: Sandbox, terminal: None
) -> None:
    relation_id, _ = related(sandbox)
    status, out, _ = command("relations", "c1")
    assert status == 0
    assert [line.split() for line in out.splitlines()] == [
        "related record, its object association, relation id".split(),
        ["p1", "owner_pet"],
        ["custom_objects.pet", relation_id],
    ]
    assert command("relations", "p2")[1] == "Record p2 has no such relation.\n"


def test_an_impossible_record_is_an_error_in_one_line(command: Command) -> None:
    assert command("relations", "..") == (2, "", "error: not a valid id or key: '..'\n")
