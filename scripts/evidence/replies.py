"""The replies to the probe's requests, by step, and the objects in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from facade._core.operations import OPERATIONS
from scripts.evidence.client import Reply

LIMITS = (100, 200, 500, 1000)
FILTERS: dict[str, Callable[[list[str]], dict[str, Any]]] = {
    "repeated": lambda ids: {"associationIds": ids},
    "commas": lambda ids: {"associationIds": ",".join(ids)},
    "brackets": lambda ids: {"associationIds[]": ids},
}

# Steps whose replies have lists, associations, relations.
LISTS = tuple(name for name in OPERATIONS if name.startswith("list"))
WITH_ASSOCIATIONS = tuple(name for name in OPERATIONS if "association" in name)
WITH_RELATIONS = (
    *(name for name in OPERATIONS if "relation" in name),
    *(f"filter-{name}" for name in FILTERS),
)


@dataclass
class Evidence:
    """All replies, by step and Version; a step is an operationId or a variation of it."""

    replies: list[tuple[str, str, Reply]] = field(default_factory=list)
    filtered_by: set[str] = field(default_factory=set)  # the association ids in the filters
    created_despite_error: list[bool] = field(default_factory=list)  # for each creation

    def all(self) -> list[Reply]:
        """Return every reply."""
        return [reply for _, _, reply in self.replies]

    def of(self, *steps: str, version: str | None = None) -> list[Reply]:
        """Return the replies of steps, of one Version or of all."""
        return [
            reply for step, used, reply in self.replies if step in steps and version in (None, used)
        ]

    def successes(self, *steps: str) -> list[Reply]:
        """Return the replies of steps with status 2xx."""
        return [reply for reply in self.of(*steps) if reply.is_success]


def associations(replies: list[Reply]) -> list[dict[str, Any]]:
    """Return all associations in the bodies of successful replies."""
    return [each for each in _objects(replies) if "firstObjectKey" in each and "key" in each]


def relations(replies: list[Reply]) -> list[dict[str, Any]]:
    """Return all relations in the bodies of successful replies."""
    return [each for each in _objects(replies) if "firstRecordId" in each]


def _objects(replies: list[Reply]) -> Iterator[dict[str, Any]]:
    """Yield all objects in the bodies of successful replies, including lists and envelopes."""
    pending: list[Any] = [reply.body for reply in replies if reply.is_success]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield each
        if isinstance(each, dict | list):
            pending += each.values() if isinstance(each, dict) else each
