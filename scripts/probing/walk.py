"""The way through all ten operations: first what only reads, then what makes and removes."""

import secrets
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from scripts.probing.asker import VERSIONS, Asker, Reply, segment
from scripts.probing.journal import PREFIX, Journal, find

LIMITS = (100, 200, 500, 1000)
_NO_ID = "0" * 24
_PATIENCE = 150  # requests that may be spent on being refused once

FORMS: dict[str, Callable[[list[str]], dict[str, Any]]] = {
    "repeated": lambda ids: {"associationIds": ids},
    "commas": lambda ids: {"associationIds": ",".join(ids)},
    "brackets": lambda ids: {"associationIds[]": ids},
}


@dataclass
class Evidence:
    """All replies, by step and Version."""

    replies: dict[str, list[Reply]] = field(default_factory=lambda: defaultdict(list))
    asked_for: set[str] = field(default_factory=set)  # associations that the filters named

    despite: list[bool] = field(default_factory=list)  # refused, and made all the same

    def of(self, *steps: str) -> list[Reply]:
        """Give the replies of steps, under whatever Version."""
        return [
            reply
            for name, replies in self.replies.items()
            for reply in replies
            if name.partition(" ")[0] in steps
        ]

    def under(self, version: str, *steps: str) -> list[Reply]:
        """Give the replies of steps under one Version."""
        return [reply for step in steps for reply in self.replies.get(f"{step} {version}", ())]


class Walk:
    """One walk; what it leaves is in `evidence`, in the journal, and in the recorder."""

    def __init__(self, asker: Asker, journal: Journal, records: tuple[str, str] | None) -> None:
        self.evidence = Evidence()
        self._asker = asker
        self._journal = journal
        self._records = records
        self._location = {"locationId": asker.location_id}
        self._page = {**self._location, "skip": 0, "limit": 100}

    def read(self) -> None:
        """Ask what changes nothing."""
        for version in VERSIONS:
            reply = self._ask("list", "GET", "/associations/", version, params=self._page)
            for known in _items(reply, "associations")[:2]:
                self._get(known, version)
            self._ask(
                "by-object", "GET", "/associations/objectKey/contact", version, self._location
            )
            record = segment(self._records[0] if self._records else _NO_ID)
            self._ask("relations", "GET", f"/associations/relations/{record}", version, self._page)
            self._ask("missing-id", "GET", f"/associations/{_NO_ID}", version)
            missing = f"/associations/key/{PREFIX}nothing"
            self._ask("missing-key", "GET", missing, version, self._location)
        self._ask("no-slash", "GET", "/associations", params=self._page)
        self._ask("no-paging", "GET", "/associations/", params=self._location)
        for limit in LIMITS:
            page = {**self._page, "limit": limit}
            if not self._ask(f"limit-{limit}", "GET", "/associations/", params=page).worked:
                break

    def write(self) -> None:
        """Make, change and remove associations and relations of our own."""
        made = [self._make(VERSIONS[number % 2]) for number in range(3)]
        ours = [(key, each) for key, each in made if each is not None]
        for number, (key, each) in enumerate(ours):
            version = VERSIONS[number % 2]
            self._get({"id": each, "key": key}, version)
            labels = {"firstObjectLabel": f"New {key}", "secondObjectLabel": f"Newer {key}"}
            self._ask("update", "PUT", f"/associations/{segment(each)}", version, json=labels)
        self._relate([each for _, each in ours])
        for number, (key, each) in enumerate(ours):
            version = VERSIONS[number % 2]
            path = f"/associations/{segment(each)}"
            if self._ask("delete", "DELETE", path, version).worked:
                self._journal.gone(key)
                self._ask("missing-id", "GET", path, version)
                missing = f"/associations/key/{segment(key)}"
                self._ask("missing-key", "GET", missing, version, self._location)

    def exhaust(self) -> None:
        """Send without a pause until a request is refused."""
        for _ in range(_PATIENCE):
            reply = self._asker.ask("GET", "/associations/", params=self._page, hasty=True)
            if reply.status == 429:
                self.evidence.replies["refused"].append(reply)
                return

    def _make(self, version: str) -> tuple[str, str | None]:
        key = f"{PREFIX}{secrets.token_hex(6)}"
        body = {
            **self._location,
            "key": key,
            "firstObjectKey": "contact",
            "firstObjectLabel": f"First {key}",
            "secondObjectKey": "contact",
            "secondObjectLabel": f"Second {key}",
        }
        self._journal.intend(key)
        reply = self._ask("create", "POST", "/associations/", version, json=body)
        found = None if reply.worked else find(self._asker, key)
        self.evidence.despite.append(found is not None)
        if not reply.worked and found is None:
            return key, None  # whether it is there after all, cleaning up finds out
        held = reply.get("association")
        given = held.get("id") if isinstance(held, dict) else reply.get("id")
        association_id = given if isinstance(given, str) else found or find(self._asker, key)
        if association_id is not None:
            self._journal.made(key, association_id)
        return key, association_id

    def _relate(self, associations: list[str]) -> None:
        first, second = self._records or (f"{PREFIX}first", f"{PREFIX}second")
        relations: list[Any] = []
        for number, each in enumerate(associations):
            body = {
                **self._location,
                "associationId": each,
                "firstRecordId": first,
                "secondRecordId": second,
            }
            version = VERSIONS[number % 2]
            reply = self._ask("relate", "POST", "/associations/relations", version, json=body)
            relations += [reply.get("id")] if reply.worked else []
        path = f"/associations/relations/{segment(first)}"
        found: list[Any] = []
        for version in VERSIONS:
            reply = self._ask("relations", "GET", path, version, self._page)
            found = found or [item.get("id") for item in _items(reply, "relations")]
        if len(relations) == 3:
            self.evidence.asked_for = set(associations[:2])
            for form, written in FORMS.items():
                params = {**self._page, **written(associations[:2])}
                self._ask(f"filter-{form}", "GET", path, params=params)
        ours = [one for one in relations if isinstance(one, str)] or (
            [] if self._records else [one for one in found if isinstance(one, str)]
        )
        for number, relation in enumerate(ours[:2]):
            path = f"/associations/relations/{segment(relation)}"
            self._ask("unrelate", "DELETE", path, VERSIONS[number % 2], self._location)

    def _get(self, known: Any, version: str) -> None:
        if isinstance(known.get("id"), str):
            self._ask("get", "GET", f"/associations/{segment(known['id'])}", version)
        if isinstance(known.get("key"), str):
            path = f"/associations/key/{segment(known['key'])}"
            self._ask("get-by-key", "GET", path, version, self._location)

    def _ask(
        self,
        step: str,
        method: str,
        path: str,
        version: str = VERSIONS[0],
        params: dict[str, Any] | None = None,
        json: Any = None,
    ) -> Reply:
        reply = self._asker.ask(method, path, version=version, params=params, json=json)
        self.evidence.replies[f"{step} {version}"].append(reply)
        return reply


def _items(reply: Reply, name: str) -> list[dict[str, Any]]:
    """Give the items of a list, whatever its envelope is called."""
    body = reply.body
    if isinstance(body, dict) and not isinstance(body.get(name), list):
        lists = [value for value in body.values() if isinstance(value, list)]
        body = lists[0] if lists else [body] if "id" in body else []
    elif isinstance(body, dict):
        body = body[name]
    return [item for item in body if isinstance(item, dict)] if isinstance(body, list) else []
