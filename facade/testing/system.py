"""What HighLevel defines: its objects, and their associations with their limits."""

import re
from typing import NamedTuple

from facade.testing.messages import Json

MAX_RELATIONS = 1000  # of one record on one side, for one association
BUSINESSES_CONTACTS = "BUSINESSES_CONTACTS_ASSOCIATION"

_OBJECT_KEY = re.compile(r"contact|opportunity|business|task|custom_objects\.\S+")


def object_key_mistake(key: str) -> str | None:
    """Return what is wrong with an object key, such as `contacts`; None if it may be one."""
    if _OBJECT_KEY.fullmatch(key):
        return None
    known = "contact, opportunity, business, task or custom_objects.NAME"
    return f"{key!r} is no object key: it is one of {known}"


class SystemAssociation(NamedTuple):
    """A first record may have `first_limit` relations, a second one `second_limit`."""

    key: str
    first: str
    second: str
    first_limit: int
    second_limit: int

    def as_json(self) -> Json:
        """Return it as the API does, without its location."""
        return {
            "id": self.key,
            "key": self.key,
            "firstObjectLabel": self.first,
            "firstObjectKey": self.first,
            "secondObjectLabel": self.second,
            "secondObjectKey": self.second,
            "associationType": "SYSTEM_DEFINED",
        }


LISTED = (
    SystemAssociation(
        "OPPORTUNITIES_CONTACTS_ASSOCIATION", "opportunity", "contact", 25, MAX_RELATIONS
    ),
    SystemAssociation(BUSINESSES_CONTACTS, "business", "contact", 10_000, 1),
)
OBJECTS_OF_TASKS = {"contact": 1000, "opportunity": 25, "business": 10_000}


def of_tasks(object_key: str) -> SystemAssociation:
    """Return the association of tasks with an object, which is listed on request only."""
    key = f"TASK_{object_key.upper()}_ASSOCIATION"
    limit = OBJECTS_OF_TASKS.get(object_key, MAX_RELATIONS)
    return SystemAssociation(key, "task", object_key, 10, limit)
