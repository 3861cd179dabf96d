"""A call for each operation of the methods, for tables over all operations."""

from collections.abc import Callable
from typing import Any

FIRST, SECOND = "66f0c1d2e3a4b5c6d7e8f901", "contact-1"


class World:
    """A sandbox's client, an association and a relation to work on."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.association = client.associations.create(
            key="student_tutor",
            first_object_key="custom_objects.children",
            first_object_label="Student",
            second_object_key="contact",
            second_object_label="Tutor",
        )
        self.relation = client.relations.create(
            self.association.id, first_record_id=FIRST, second_record_id=SECOND
        )


def create_association(world: World, **options: Any) -> Any:
    return world.client.associations.create(
        key="owner_pet",
        first_object_key="contact",
        first_object_label="Owner",
        second_object_key="custom_objects.pet",
        second_object_label="Pet",
        **options,
    )


def create_relation(world: World, **options: Any) -> Any:
    return world.client.relations.create(
        world.association.id, first_record_id="child-2", second_record_id="contact-2", **options
    )


def update_association(world: World, **options: Any) -> Any:
    return world.client.associations.update(
        world.association.id, first_object_label="Pupil", second_object_label="Coach", **options
    )


def list_associations(world: World, **options: Any) -> Any:
    return world.client.associations.list(**options)


def get_association(world: World, **options: Any) -> Any:
    return world.client.associations.get(world.association.id, **options)


def get_association_by_key(world: World, **options: Any) -> Any:
    return world.client.associations.get_by_key("student_tutor", **options)


def list_associations_by_object_key(world: World, **options: Any) -> Any:
    return world.client.associations.list_for_object("contact", **options)


def delete_association(world: World, **options: Any) -> Any:
    return world.client.associations.delete(world.association.id, **options)


def list_relations(world: World, **options: Any) -> Any:
    return world.client.relations.list(FIRST, **options)


def delete_relation(world: World, **options: Any) -> Any:
    return world.client.relations.delete(world.relation.id, **options)


OPERATIONS: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        create_association,
        list_associations,
        get_association,
        get_association_by_key,
        list_associations_by_object_key,
        update_association,
        delete_association,
        create_relation,
        list_relations,
        delete_relation,
    )
}
CREATES = ("create_association", "create_relation")
OTHERS = tuple(name for name in OPERATIONS if name not in CREATES)


def new_association(client: Any, method: str = "create", **changed: str) -> Any:
    """Create an association of contacts and pets, or `ensure` it."""
    fields = {
        "key": "owner_pet",
        "first_object_key": "contact",
        "first_object_label": "Owner",
        "second_object_key": "custom_objects.pet",
        "second_object_label": "Pet",
    }
    return getattr(client.associations, method)(**{**fields, **changed})


def new_relation(client: Any) -> Any:
    """Create a relation under any association."""
    return client.relations.create("a1", first_record_id="c1", second_record_id="p1")
