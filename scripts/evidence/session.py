"""The probe's requests: read-only ones first, then those that create and delete."""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from itertools import cycle, islice
from typing import Any, TypeVar

from scripts.evidence.client import ProbeClient, Reply
from scripts.evidence.journal import PREFIX, CleanupJournal, find
from scripts.evidence.replies import FILTERS, LIMITS, Evidence

T = TypeVar("T")
_NO_ID = "0" * 24
ASSOCIATIONS = 3  # created with a relation each; a filter by two of them is distinguishable
MAX_REQUESTS = 150  # to reach the rate limit


class Session:
    """A series of requests; the replies are in `evidence`."""

    def __init__(
        self, client: ProbeClient, journal: CleanupJournal, records: Sequence[str] | None
    ) -> None:
        self.evidence = Evidence()
        self._client = client
        self._journal = journal
        self._records = records
        self._location = {"locationId": client.location_id}
        self._page = {**self._location, "skip": 0, "limit": 100}

    def read(self) -> None:
        """Send requests that change nothing."""
        for version in self._client.versions:
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
        for version in islice(cycle(self._client.versions), ASSOCIATIONS):
            key = f"{PREFIX}{secrets.token_hex(6)}"
            association_id = self._create(key, version)
            if association_id is not None:
                created[key] = association_id
        for version, (key, association_id) in self._alternating(created.items()):
            self._get({"id": association_id, "key": key}, version)
            labels = {"firstObjectLabel": f"New {key}", "secondObjectLabel": f"Newer {key}"}
            self._call("update_association", association_id, version=version, json=labels)
        self._relate(list(created.values()))
        for version, (key, association_id) in self._alternating(created.items()):
            if self._call("delete_association", association_id, version=version).is_success:
                self._journal.deleted(key)
                self._get_missing(association_id, key, version)

    def exhaust(self) -> None:
        """Send requests without a pause until one is refused."""
        for _ in range(MAX_REQUESTS):
            reply = self._client.send("GET", "/associations/", params=self._page, unlimited=True)
            if reply.status == 429:
                self._keep("refused", reply)
                return

    def _create(self, key: str, version: str) -> str | None:
        """Create an association; return its id, None if unknown or not created."""
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
            return None  # the clean-up looks for it again
        enveloped = reply.get("association")
        replied = enveloped.get("id") if isinstance(enveloped, dict) else reply.get("id")
        association_id = replied if isinstance(replied, str) else found or find(self._client, key)
        if association_id is not None:
            self._journal.created(key, association_id)
        return association_id

    def _relate(self, associations: list[str]) -> None:
        first, second = self._records or (f"{PREFIX}first", f"{PREFIX}second")
        created: list[Any] = []
        for version, association_id in self._alternating(associations):
            body = {
                **self._location,
                "associationId": association_id,
                "firstRecordId": first,
                "secondRecordId": second,
            }
            reply = self._call("create_relation", version=version, json=body)
            created += [reply.get("id")] if reply.is_success else []
        listed: list[Any] = []
        for version in self._client.versions:
            reply = self._call("list_relations", first, version=version, params=self._page)
            listed = listed or [item.get("id") for item in _items(reply, "relations")]
        if len(created) == ASSOCIATIONS:
            self.evidence.filtered_by = set(associations[:2])
            for name, written in FILTERS.items():
                params = {**self._page, **written(associations[:2])}
                self._call("list_relations", first, step=f"filter-{name}", params=params)
        # Given records may have relations of others; only the probe's own are deleted.
        ids = [one for one in created if isinstance(one, str)] or (
            [] if self._records else [one for one in listed if isinstance(one, str)]
        )
        for version, relation_id in self._alternating(ids[:2]):
            self._call("delete_relation", relation_id, version=version, params=self._location)

    def _get(self, association: dict[str, Any], version: str) -> None:
        if isinstance(association.get("id"), str):
            self._call("get_association", association["id"], version=version)
        if isinstance(association.get("key"), str):
            key = association["key"]
            self._call("get_association_by_key", key, version=version, params=self._location)

    def _get_missing(self, association_id: str, key: str, version: str) -> None:
        self._call("get_association", association_id, "missing-id", version=version)
        self._call(
            "get_association_by_key", key, "missing-key", version=version, params=self._location
        )

    def _call(
        self,
        operation_id: str,
        argument: str = "",
        step: str | None = None,
        *,
        version: str | None = None,
        **options: Any,
    ) -> Reply:
        reply = self._client.call(operation_id, argument, version=version, **options)
        return self._keep(step or operation_id, reply, version)

    def _keep(self, step: str, reply: Reply, version: str | None = None) -> Reply:
        self.evidence.replies.append((step, version or self._client.versions[0], reply))
        return reply

    def _alternating(self, items: Iterable[T]) -> Iterator[tuple[str, T]]:
        """Pair items with alternating Versions."""
        return zip(cycle(self._client.versions), items, strict=False)


def _items(reply: Reply, name: str) -> list[dict[str, Any]]:
    """Return the items of a list, under any envelope name."""
    body = reply.body
    if isinstance(body, dict) and not isinstance(body.get(name), list):
        lists = [value for value in body.values() if isinstance(value, list)]
        body = lists[0] if lists else [body] if "id" in body else []
    elif isinstance(body, dict):
        body = body[name]
    return [item for item in body if isinstance(item, dict)] if isinstance(body, list) else []
