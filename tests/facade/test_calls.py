"""The ten operations through the facade, against the sandbox; each blocking and async."""

from typing import Any

import pytest

from facade import Association, NotFoundError, Relation
from facade.testing import Sandbox

STUDENT, TUTOR, CONTACT = "66f0c1d2e3a4b5c6d7e8f901", "66f0c1d2e3a4b5c6d7e8f902", "contact-1"


def create(client: Any, key: str = "student_tutor") -> Association:
    made: Association = client.associations.create(
        key=key,
        first_object_key="custom_objects.children",
        first_object_label=f"{key} student",
        second_object_key="contact",
        second_object_label=f"{key} tutor",
    )
    return made


def test_a_created_association_is_what_was_asked_for(client: Any, sandbox: Sandbox) -> None:
    made = create(client)
    assert made == Association(
        id=made.id,
        key="student_tutor",
        first_object_key="custom_objects.children",
        first_object_label="student_tutor student",
        second_object_key="contact",
        second_object_label="student_tutor tutor",
        association_type="USER_DEFINED",
        location_id="sandbox-location",
    )
    assert sandbox.associations()[-1]["id"] == made.id


def test_an_association_is_found_by_id_by_key_and_by_object(client: Any) -> None:
    made = create(client)
    assert client.associations.get(made.id) == made
    assert client.associations.get_by_key("student_tutor") == made
    assert client.associations.list_for_object("custom_objects.children").items == (made,)


def test_system_associations_are_got_by_their_key_as_id(client: Any) -> None:
    found = client.associations.get("OPPORTUNITIES_CONTACTS_ASSOCIATION")
    assert (found.first_object_key, found.second_object_key) == ("opportunity", "contact")
    assert found.association_type == "SYSTEM_DEFINED"


def test_a_page_of_associations_knows_the_total(client: Any) -> None:
    made = create(client)
    page = client.associations.list(skip=2, limit=1)
    assert (page.items, page.total) == ((made,), 3)


def test_iterating_reads_all_pages_of_associations(client: Any) -> None:
    made = [create(client, f"key_{number}") for number in range(5)]
    found = list(client.associations.iterate(page_size=2))
    assert [one.id for one in found[2:]] == [one.id for one in made]


@pytest.mark.parametrize("body", ["flat", "enveloped"])
def test_an_update_returns_the_new_labels_in_either_body(clients: Any, body: Any) -> None:
    sandbox = Sandbox(update_body=body, association_body=body)
    client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
    made = create(client)
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
    made = create(client)
    page = client.associations.list_for_object("custom_objects.children")
    assert (page.items, page.total) == ((made,), total)


def test_a_deleted_association_is_gone_with_its_relations(client: Any, sandbox: Sandbox) -> None:
    made = create(client)
    client.relations.create(made.id, first_record_id=STUDENT, second_record_id=CONTACT)
    assert client.associations.delete(made.id) is None
    assert sandbox.relations() == []
    with pytest.raises(NotFoundError):
        client.associations.get(made.id)


def test_a_created_relation_is_what_was_asked_for(client: Any) -> None:
    association = create(client)
    made = client.relations.create(
        association.id, first_record_id=STUDENT, second_record_id=CONTACT
    )
    assert made == Relation(
        id=made.id,
        association_id=association.id,
        first_object_key="custom_objects.children",
        first_record_id=STUDENT,
        second_object_key="contact",
        second_record_id=CONTACT,
        location_id="sandbox-location",
        primary=False,
    )


def test_a_record_finds_its_relations_from_either_side(client: Any) -> None:
    association = create(client)
    made = client.relations.create(
        association.id, first_record_id=STUDENT, second_record_id=CONTACT
    )
    assert client.relations.list(STUDENT).items == (made,)
    assert client.relations.list(CONTACT).items == (made,)
    assert (made.other(STUDENT), made.other(CONTACT)) == (CONTACT, STUDENT)


def test_relations_are_filtered_by_several_associations(client: Any, sandbox: Sandbox) -> None:
    kinds = [create(client, f"kind_{number}") for number in range(3)]
    made = [
        client.relations.create(kind.id, first_record_id=STUDENT, second_record_id=CONTACT)
        for kind in kinds
    ]
    wanted = [kinds[0].id, kinds[2].id]
    assert client.relations.list(STUDENT, association_ids=wanted).items == (made[0], made[2])
    assert sandbox.requests[-1].query["associationIds"] == wanted
    assert list(client.relations.iterate(STUDENT, association_ids=wanted, page_size=1)) == [
        made[0],
        made[2],
    ]


def test_a_deleted_relation_leaves_its_association(client: Any) -> None:
    association = create(client)
    made = client.relations.create(
        association.id, first_record_id=STUDENT, second_record_id=CONTACT
    )
    assert client.relations.delete(made.id) is None
    assert client.relations.list(STUDENT).items == ()
    assert client.associations.get(association.id) == association


def test_version_v3_goes_the_whole_way(clients: Any, sandbox: Sandbox) -> None:
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), version="v3"
    )
    association = create(client)
    made = client.relations.create(
        association.id, first_record_id=STUDENT, second_record_id=CONTACT
    )
    assert made.association_key == "student_tutor"
    assert {received.version for received in sandbox.requests} == {"v3"}


def test_a_client_for_another_location_shares_the_connections(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.add_location("other-location")
    create(client)
    other = client.for_location("other-location")
    assert [one.id for one in other.associations.iterate()] == [
        "OPPORTUNITIES_CONTACTS_ASSOCIATION",
        "BUSINESSES_CONTACTS_ASSOCIATION",
    ]
    assert other.api is client.api
    assert len(client.associations.list()) == 3


def test_the_generated_client_is_at_hand_for_the_rest(sandbox: Sandbox) -> None:
    from facade import AssociationsClient
    from generated_client.api.associations import list_associations
    from generated_client.models import AssociationListPayload

    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:
        page = list_associations.sync(
            client=client.api, location_id=client.location_id, skip=0, limit=10
        )
    assert isinstance(page, AssociationListPayload)
    assert len(page.associations) == 2
