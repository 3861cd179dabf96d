"""client.associations against the sandbox, blocking and async."""

from typing import Any

import pytest

import facade
from facade import Association, NotFoundError
from facade.testing import Received, Sandbox, faults
from tests.facade.operations import new_association

pytestmark = pytest.mark.both


def test_a_created_association_is_what_was_asked_for(client: Any, sandbox: Sandbox) -> None:
    made = new_association(client)
    assert made == Association(
        id=made.id,
        key="owner_pet",
        first_object_key="contact",
        first_object_label="Owner",
        second_object_key="custom_objects.pet",
        second_object_label="Pet",
        association_type="USER_DEFINED",
        location_id="sandbox-location",
    )
    assert sandbox.associations()[-1]["id"] == made.id


def test_an_association_is_found_by_id_by_key_and_by_object(client: Any) -> None:
    made = new_association(client)
    assert client.associations.get(made.id) == made
    assert client.associations.get_by_key("owner_pet") == made
    assert client.associations.list_for_object("custom_objects.pet").items == (made,)


def test_a_system_association_has_its_key_as_id(client: Any) -> None:
    found = client.associations.get("OPPORTUNITIES_CONTACTS_ASSOCIATION")
    assert (found.first_object_key, found.second_object_key) == ("opportunity", "contact")
    assert found.association_type == "SYSTEM_DEFINED"


def test_a_page_of_associations_knows_the_total(client: Any) -> None:
    made = new_association(client)
    page = client.associations.list(skip=2, limit=1)
    assert (page.items, page.total) == ((made,), 3)


def test_iterating_reads_all_pages_of_associations(client: Any) -> None:
    made = [
        new_association(client, key=f"key_{number}", first_object_label=f"label {number}")
        for number in range(5)
    ]
    found = list(client.associations.iterate(page_size=2))
    assert [one.id for one in found[2:]] == [one.id for one in made]


@pytest.mark.parametrize("body", ["flat", "enveloped"])
def test_an_update_returns_the_new_labels_in_either_body(clients: Any, body: Any) -> None:
    sandbox = Sandbox(update_body=body, association_body=body)
    client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
    made = new_association(client)
    updated = client.associations.update(
        made.id, first_object_label="Pupil", second_object_label="Coach"
    )
    assert (updated.first_object_label, updated.second_object_label) == ("Pupil", "Coach")
    assert (updated.id, updated.key) == (made.id, made.key)
    assert client.associations.get(made.id) == updated


@pytest.mark.parametrize(
    ("body", "total"), [("list", 1), ("array", None), ("single", None)], ids=str
)
def test_associations_of_an_object_are_read_in_each_body(
    clients: Any, body: Any, total: int | None
) -> None:
    sandbox = Sandbox(object_key_body=body)
    client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
    made = new_association(client)
    page = client.associations.list_for_object("custom_objects.pet")
    assert (page.items, page.total) == ((made,), total)


def test_the_internal_associations_of_an_object_are_listed_on_request(client: Any) -> None:
    def keys(**options: bool) -> list[str]:
        return [one.key for one in client.associations.list_for_object("business", **options)]

    assert keys() == ["BUSINESSES_CONTACTS_ASSOCIATION"]
    assert keys(include_internal=True) == [
        "BUSINESSES_CONTACTS_ASSOCIATION",
        "TASK_BUSINESS_ASSOCIATION",
    ]


def test_a_deleted_association_is_gone_with_its_relations(client: Any, sandbox: Sandbox) -> None:
    made = new_association(client)
    client.relations.create(made.id, first_record_id="c1", second_record_id="p1")
    assert client.associations.delete(made.id) is None
    assert sandbox.relations() == []
    with pytest.raises(NotFoundError):
        client.associations.get(made.id)


def test_a_delete_whose_answer_was_lost_succeeds(client: Any, sandbox: Sandbox) -> None:
    made = new_association(client)
    sandbox.misbehave(faults.drop("after_work"), on="delete_association", times=1)
    assert client.associations.delete(made.id) is None
    with pytest.raises(NotFoundError) as raised:
        client.associations.delete(made.id)
    assert not raised.value.repeated


def test_ensuring_an_association_finds_or_creates_it(client: Any, sandbox: Sandbox) -> None:
    first = new_association(client, "ensure")
    again = new_association(client, "ensure", first_object_label="Keeper")
    assert (first.created, again.created) == (True, False)
    assert again.item == first.item
    assert len(sandbox.associations()) == 3


def test_ensuring_refuses_a_key_that_joins_other_objects(client: Any) -> None:
    new_association(client)
    with pytest.raises(
        facade.AssociationConflictError, match="owner_pet belongs to an association"
    ):
        new_association(client, "ensure", second_object_key="custom_objects.car")


def let_another_process_be_quicker(sandbox: Sandbox, second_object_key: str) -> None:
    """Create an association of a key just before a client does."""

    def is_quicker(received: Received) -> bool:
        if received.operation == "create_association":
            sandbox.seed_association(
                key="owner_pet",
                first_object_label="Owner",
                second_object_key=second_object_key,
                second_object_label="Pet",
            )
        return False  # no fault: only the association is there by now

    sandbox.misbehave(faults.empty(), on=is_quicker)


def test_ensuring_survives_a_race_with_another_process(client: Any, sandbox: Sandbox) -> None:
    let_another_process_be_quicker(sandbox, "custom_objects.pet")
    association, created = new_association(client, "ensure")
    assert (association.key, created) == ("owner_pet", False)


def test_a_race_with_a_process_that_joins_other_objects_is_a_conflict(
    client: Any, sandbox: Sandbox
) -> None:
    let_another_process_be_quicker(sandbox, "custom_objects.car")
    with pytest.raises(facade.AssociationConflictError, match="owner_pet belongs to an"):
        new_association(client, "ensure")
