"""System objects: object keys, and associations with limits."""

import pytest

from facade.testing.system import LISTED, OBJECTS_OF_TASKS, object_key_mistake, of_tasks
from tests.facade.testing.app import App, refusal


@pytest.mark.parametrize(
    "key", ["contact", "opportunity", "business", "task", "custom_objects.my-pet_2"]
)
def test_a_known_object_or_a_custom_one_has_an_object_key(key: str) -> None:
    assert object_key_mistake(key) is None


@pytest.mark.parametrize(
    "key",
    ["", "contacts", "Contact", "company", "pet", "custom_objects.", "custom_objects.a b", "x\n"],
)
def test_anything_else_is_no_object_key(key: str) -> None:
    known = "contact, opportunity, business, task or custom_objects.NAME"
    assert object_key_mistake(key) == f"{key!r} is not an object key: use {known}"


def test_the_listed_associations_are_those_of_contacts_with_their_limits() -> None:
    assert [tuple(one) for one in LISTED] == [
        ("OPPORTUNITIES_CONTACTS_ASSOCIATION", "opportunity", "contact", 25, 1000),
        ("BUSINESSES_CONTACTS_ASSOCIATION", "business", "contact", 10_000, 1),
    ]


@pytest.mark.parametrize(
    ("object_key", "association"),
    [
        ("contact", ("TASK_CONTACT_ASSOCIATION", "task", "contact", 10, 1000)),
        ("opportunity", ("TASK_OPPORTUNITY_ASSOCIATION", "task", "opportunity", 10, 25)),
        ("business", ("TASK_BUSINESS_ASSOCIATION", "task", "business", 10, 10_000)),
        (
            "custom_objects.pet",
            ("TASK_CUSTOM_OBJECTS.PET_ASSOCIATION", "task", "custom_objects.pet", 10, 1000),
        ),
    ],
)
def test_tasks_have_an_association_with_each_object(
    object_key: str, association: tuple[str, str, str, int, int]
) -> None:
    assert tuple(of_tasks(object_key)) == association
    assert (object_key in OBJECTS_OF_TASKS) == (not object_key.startswith("custom_objects."))


def test_the_json_of_a_system_association_has_its_objects_as_labels() -> None:
    assert LISTED[0].as_json() == {
        "id": "OPPORTUNITIES_CONTACTS_ASSOCIATION",
        "key": "OPPORTUNITIES_CONTACTS_ASSOCIATION",
        "firstObjectLabel": "opportunity",
        "firstObjectKey": "opportunity",
        "secondObjectLabel": "contact",
        "secondObjectKey": "contact",
        "associationType": "SYSTEM_DEFINED",
    }


@pytest.mark.parametrize(
    ("association_id", "limit", "full", "swap"),
    [
        ("OPPORTUNITIES_CONTACTS_ASSOCIATION", 25, "opportunity-1", False),
        ("BUSINESSES_CONTACTS_ASSOCIATION", 1, "contact-1", True),
    ],
)
def test_the_limits_of_the_product_hold(
    app: App, association_id: str, limit: int, full: str, swap: bool
) -> None:
    for number in range(limit):
        pair = (f"other-{number}", full) if swap else (full, f"other-{number}")
        app.related(association_id, *pair)
    pair = ("one-more", full) if swap else (full, "one-more")
    text = f"Max relation limit[{limit}] reached for record[{full}]"
    assert refusal(app.relate(association_id, *pair), 400).startswith(text)
