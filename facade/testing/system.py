"""HighLevel's system objects, and their associations with limits."""

import re
from typing import NamedTuple

from facade.testing.messages import refused

MAX_RELATIONS = 1000  # of one record on one side, for one association
BUSINESSES_CONTACTS = "BUSINESSES_CONTACTS_ASSOCIATION"

_OBJECT_KEY = re.compile(r"contact|opportunity|business|task|custom_objects\.\S+")


def check_object_keys(*keys: str) -> None:
    """Raise Refusal for an invalid object key, such as `contacts`."""
    for key in keys:
        if not _OBJECT_KEY.fullmatch(key):
            raise refused("no_such_object", key)


class SystemAssociation(NamedTuple):
    """A system association; a record has at most `first_limit` or `second_limit` relations."""

    key: str
    first: str
    second: str
    first_limit: int = MAX_RELATIONS
    second_limit: int = MAX_RELATIONS

    @property
    def id(self) -> str:
        """Its key; two have another id, which is ours, and limits that are not known."""
        return _HEX_IDS.get(self.key, self.key)


_HEX_IDS = {
    "BUSINESSES_OPPORTUNITIES_ASSOCIATION": "6a00000000000000000000b0",
    "OPPORTUNITIES_CONTACTS_ADDITIONAL_ASSOCIATION": "6a00000000000000000000c0",
}
LISTED = (
    SystemAssociation("OPPORTUNITIES_CONTACTS_ASSOCIATION", "opportunity", "contact", 25),
    SystemAssociation(BUSINESSES_CONTACTS, "business", "contact", 10_000, 1),
    SystemAssociation("BUSINESSES_OPPORTUNITIES_ASSOCIATION", "business", "opportunity"),
    SystemAssociation("OPPORTUNITIES_CONTACTS_ADDITIONAL_ASSOCIATION", "opportunity", "contact"),
)
OBJECTS_OF_TASKS = {"contact": 1000, "opportunity": 25, "business": 10_000}


def of_tasks(object_key: str) -> SystemAssociation:
    """Return the association of tasks with an object, which is only listed on request."""
    key = f"TASK_{object_key.upper()}_ASSOCIATION"
    limit = OBJECTS_OF_TASKS.get(object_key, MAX_RELATIONS)
    return SystemAssociation(key, "task", object_key, 10, limit)
