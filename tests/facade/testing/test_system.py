"""System objects: object keys, and associations with limits."""

import pytest

from facade.testing.messages import Refusal
from facade.testing.system import LISTED, OBJECTS_OF_TASKS, check_object_keys, of_tasks
from tests.facade.testing.conftest import App, refusal


def test_only_a_known_object_or_a_custom_one_has_an_object_key() -> None:
    check_object_keys("contact", "opportunity", "business", "task", "custom_objects.my-pet_2")
    known = "contact, opportunity, business, task or custom_objects.NAME"
    for key in ("", "contacts", "Contact", "company", "custom_objects.", "custom_objects.a b"):
        with pytest.raises(Refusal, match=f"^{key!r} is not an object key: use {known}$") as caught:
            check_object_keys("task", key)
        assert (caught.value.status, caught.value.name) == (422, "no_such_object")


def test_the_listed_associations_have_their_limits_and_two_an_id_of_their_own(app: App) -> None:
    additional = "OPPORTUNITIES_CONTACTS_ADDITIONAL_ASSOCIATION"
    assert [tuple(one)[:5] for one in LISTED] == [
        ("OPPORTUNITIES_CONTACTS_ASSOCIATION", "opportunity", "contact", 25, 1000),
        ("BUSINESSES_CONTACTS_ASSOCIATION", "business", "contact", 10_000, 1),
        ("BUSINESSES_OPPORTUNITIES_ASSOCIATION", "business", "opportunity", 1000, 1000),
        (additional, "opportunity", "contact", 1000, 1000),
    ]
    assert [one.id == one.key for one in LISTED] == [True, True, False, False]
    for one in LISTED:
        _, first, second, *_ = one
        assert app.get(f"key/{one.key}") == {
            "id": one.id,
            "key": one.key,
            "locationId": "sandbox-location",
            "firstObjectLabel": first,
            "firstObjectKey": first,
            "secondObjectLabel": second,
            "secondObjectKey": second,
            "associationType": "SYSTEM_DEFINED",
        }
        text = f"{one.id} is system defined and cannot be changed."
        assert refusal(app.update(one.id, "A", "B"), 400) == text
        assert refusal(app.delete(one.id), 400) == text


@pytest.mark.parametrize(
    ("object_key", "limit"),
    [("contact", 1000), ("opportunity", 25), ("business", 10_000), ("custom_objects.pet", 1000)],
)
def test_tasks_have_an_association_with_each_object(object_key: str, limit: int) -> None:
    key = f"TASK_{object_key.upper()}_ASSOCIATION"
    assert tuple(of_tasks(object_key))[:5] == (key, "task", object_key, 10, limit)
    assert (object_key in OBJECTS_OF_TASKS) == (not object_key.startswith("custom_objects."))
