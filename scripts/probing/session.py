"""The probe's requests: first those that only read, then those that create and delete."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from facade._core.operations import VERSIONS
from scripts.probing.client import ProbeClient, Reply
from scripts.probing.journal import PREFIX, CleanupJournal, find

LIMITS = (100, 200, 500, 1000)
_NO_ID = "0" * 24
_MAX_REQUESTS = 150  # to reach the rate limit

FILTERS: dict[str, Callable[[list[str]], dict[str, Any]]] = {
    "repeated": lambda ids: {"associationIds": ids},
    "commas": lambda ids: {"associationIds": ",".join(ids)},
    "brackets": lambda ids: {"associationIds[]": ids},
}


@dataclass
class Evidence:
    """All replies, by "step version"; a step is an operation's id or a variation's name."""

    replies: dict[str, list[Reply]] = field(default_factory=lambda: defaultdict(list))
    filtered_by: set[str] = field(default_factory=set)  # the association ids in the filters
    created_despite_error: list[bool] = field(default_factory=list)  # for each creation

    def all(self) -> list[Reply]:
        """Return every reply."""
        return [reply for replies in self.replies.values() for reply in replies]

    def of(self, *steps: str) -> list[Reply]:
        """Return the replies of steps, of all Versions."""
        return [
            reply
            for name, replies in self.replies.items()
            for reply in replies
            if name.partition(" ")[0] in steps
        ]

    def of_version(self, version: str, *steps: str) -> list[Reply]:
        """Return the replies of steps, of one Version."""
        return [reply for step in steps for reply in self.replies.get(f"{step} {version}", ())]


class Session:
    """A series of requests; the replies are in `evidence`."""

    def __init__(
        self, client: ProbeClient, journal: CleanupJournal, records: tuple[str, str] | None
    ) -> None:
        self.evidence = Evidence()
        self._client = client
        self._journal = journal
        self._records = records
        self._location = {"locationId": client.location_id}
        self._page = {**self._location, "skip": 0, "limit": 100}

    def read(self) -> None:
        """Send requests that change nothing."""
        for version in VERSIONS:
            reply = self._call("list_associations", version=version, params=self._page)
            for association in _items(reply, "associations")[:2]:
                self._get(association, version)
            self._call(
                "list_associations_by_object_key",
                "contact",
                version=version,
                params=self._location,
            )
            record = self._records[0] if self._records else _NO_ID
            self._call("list_relations", record, version=version, params=self._page)
            self._get_missing(_NO_ID, f"{PREFIX}nothing", version)
        self._keep("no-slash", self._client.send("GET", "/associations", params=self._page))
        self._call("list_associations", step="no-paging", params=self._location)
        for limit in LIMITS:
            page = {**self._page, "limit": limit}
            if not self._call("list_associations", step=f"limit-{limit}", params=page).is_success:
                break

    def write(self) -> None:
        """Create, update and delete associations and relations."""
        created: dict[str, str] = {}
        for number in range(3):
            key = f"{PREFIX}{secrets.token_hex(6)}"
            association_id = self._create(key, VERSIONS[number % 2])
            if association_id is not None:
                created[key] = association_id
        for number, (key, association_id) in enumerate(created.items()):
            version = VERSIONS[number % 2]
            self._get({"id": association_id, "key": key}, version)
            labels = {"firstObjectLabel": f"New {key}", "secondObjectLabel": f"Newer {key}"}
            self._call("update_association", association_id, version=version, json=labels)
        self._relate(list(created.values()))
        for number, (key, association_id) in enumerate(created.items()):
            version = VERSIONS[number % 2]
            if self._call("delete_association", association_id, version=version).is_success:
                self._journal.deleted(key)
                self._get_missing(association_id, key, version)

    def exhaust(self) -> None:
        """Send requests without a pause until one is refused."""
        for _ in range(_MAX_REQUESTS):
            reply = self._client.send("GET", "/associations/", params=self._page, unlimited=True)
            if reply.status == 429:
                self.evidence.replies["refused"].append(reply)
                return

    def _create(self, key: str, version: str) -> str | None:
        """Create an association; return its id, None if it is unknown or was not created."""
        body = {
            **self._location,
            "key": key,
            "firstObjectKey": "contact",
            "firstObjectLabel": f"First {key}",
            "secondObjectKey": "contact",
            "secondObjectLabel": f"Second {key}",
        }
        self._journal.creating(key)
        reply = self._call("create_association", version=version, json=body)
        found = None if reply.is_success else find(self._client, key)
        self.evidence.created_despite_error.append(found is not None)
        if not reply.is_success and found is None:
            return None  # the clean-up looks for it once more
        enveloped = reply.get("association")
        replied = enveloped.get("id") if isinstance(enveloped, dict) else reply.get("id")
        association_id = replied if isinstance(replied, str) else found or find(self._client, key)
        if association_id is not None:
            self._journal.created(key, association_id)
        return association_id

    def _relate(self, associations: list[str]) -> None:
        first, second = self._records or (f"{PREFIX}first", f"{PREFIX}second")
        created: list[Any] = []
        for number, association_id in enumerate(associations):
            body = {
                **self._location,
                "associationId": association_id,
                "firstRecordId": first,
                "secondRecordId": second,
            }
            reply = self._call("create_relation", version=VERSIONS[number % 2], json=body)
            created += [reply.get("id")] if reply.is_success else []
        listed: list[Any] = []
        for version in VERSIONS:
            reply = self._call("list_relations", first, version=version, params=self._page)
            listed = listed or [item.get("id") for item in _items(reply, "relations")]
        if len(created) == 3:
            self.evidence.filtered_by = set(associations[:2])
            for name, written in FILTERS.items():
                params = {**self._page, **written(associations[:2])}
                self._call("list_relations", first, step=f"filter-{name}", params=params)
        # Given records may have relations that the probe did not create: those stay.
        ids = [one for one in created if isinstance(one, str)] or (
            [] if self._records else [one for one in listed if isinstance(one, str)]
        )
        for number, relation_id in enumerate(ids[:2]):
            version = VERSIONS[number % 2]
            self._call("delete_relation", relation_id, version=version, params=self._location)

    def _get(self, association: dict[str, Any], version: str) -> None:
        if isinstance(association.get("id"), str):
            self._call("get_association", association["id"], version=version)
        if isinstance(association.get("key"), str):
            key = association["key"]
            self._call("get_association_by_key", key, version=version, params=self._location)

    def _get_missing(self, association_id: str, key: str, version: str) -> None:
        self._call("get_association", association_id, step="missing-id", version=version)
        self._call(
            "get_association_by_key",
            key,
            step="missing-key",
            version=version,
            params=self._location,
        )

    def _call(
        self,
        operation_id: str,
        argument: str = "",
        *,
        step: str | None = None,
        version: str = VERSIONS[0],
        params: dict[str, Any] | None = None,
        json: Any = None,
    ) -> Reply:
        reply = self._client.call(operation_id, argument, version=version, params=params, json=json)
        return self._keep(step or operation_id, reply, version)

    def _keep(self, step: str, reply: Reply, version: str = VERSIONS[0]) -> Reply:
        self.evidence.replies[f"{step} {version}"].append(reply)
        return reply


def _items(reply: Reply, name: str) -> list[dict[str, Any]]:
    """Return the items of a list, whatever its envelope is called."""
    body = reply.body
    if isinstance(body, dict) and not isinstance(body.get(name), list):
        lists = [value for value in body.values() if isinstance(value, list)]
        body = lists[0] if lists else [body] if "id" in body else []
    elif isinstance(body, dict):
        body = body[name]
    return [item for item in body if isinstance(item, dict)] if isinstance(body, list) else []
