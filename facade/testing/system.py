"""HighLevel's system objects, and their associations with limits."""

import re
from typing import NamedTuple

from facade.testing.messages import Json

MAX_RELATIONS = 1000  # of one record on one side, for one association
BUSINESSES_CONTACTS = "BUSINESSES_CONTACTS_ASSOCIATION"

_OBJECT_KEY = re.compile(r"contact|opportunity|business|task|custom_objects\.\S+")


def object_key_mistake(key: str) -> str | None:
    """Return the error text for an invalid object key, such as `contacts`; None if it is valid."""
    if _OBJECT_KEY.fullmatch(key):
        return None
    known = "contact, opportunity, business, task or custom_objects.NAME"
    return f"{key!r} is not an object key: use {known}"


class SystemAssociation(NamedTuple):
    """A system association; a record has at most `first_limit` or `second_limit` relations."""

    key: str
    first: str
    second: str
    first_limit: int = MAX_RELATIONS
    second_limit: int = MAX_RELATIONS
    hex_id: str = ""  # most have their key as id

    @property
    def id(self) -> str:
        return self.hex_id or self.key

    def as_json(self) -> Json:
        """Return the association as the API returns it, without its location."""
        return {
            "id": self.id,
            "key": self.key,
            "firstObjectLabel": self.first,
            "firstObjectKey": self.first,
            "secondObjectLabel": self.second,
            "secondObjectKey": self.second,
            "associationType": "SYSTEM_DEFINED",
        }


# Of those with a hex id, the limits are not known; the ids are ours.
LISTED = (
    SystemAssociation("OPPORTUNITIES_CONTACTS_ASSOCIATION", "opportunity", "contact", 25),
    SystemAssociation(BUSINESSES_CONTACTS, "business", "contact", 10_000, 1),
    SystemAssociation(
        "BUSINESSES_OPPORTUNITIES_ASSOCIATION",
        "business",
        "opportunity",
        hex_id="6a00000000000000000000b0",
    ),
    SystemAssociation(
        "OPPORTUNITIES_CONTACTS_ADDITIONAL_ASSOCIATION",
        "opportunity",
        "contact",
        hex_id="6a00000000000000000000c0",
    ),
)
OBJECTS_OF_TASKS = {"contact": 1000, "opportunity": 25, "business": 10_000}


def of_tasks(object_key: str) -> SystemAssociation:
    """Return the association of tasks with an object, which is only listed on request."""
    key = f"TASK_{object_key.upper()}_ASSOCIATION"
    limit = OBJECTS_OF_TASKS.get(object_key, MAX_RELATIONS)
    return SystemAssociation(key, "task", object_key, 10, limit)
