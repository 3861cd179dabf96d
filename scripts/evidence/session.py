"""What a probe asks, creates, and deletes again, also after an error or a kill."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import count, cycle, islice
from typing import Any, TypeVar

from facade import NotFoundError
from scripts.errors import CannotRunError
from scripts.evidence.answers import Evidence
from scripts.evidence.client import (
    ASSOCIATION,
    CALLS,
    NO_ID,
    PREFIX,
    ProbeClient,
    ProbeRequest,
    Reply,
)
from scripts.evidence.questions import QUESTIONS

T = TypeVar("T")
ASSOCIATIONS = 3  # created with a relation each; a filter by two of them is distinguishable
MAX_REQUESTS = 150  # to reach the rate limit
_PAGE = 100
_MOST = 4  # times that something is found; the API should not allow two associations of one key
# Further associations, for one question each; the contract does not have the fields of a limit.
_OF_A_KIND: dict[str, dict[str, Any]] = {
    "limited": {**ASSOCIATION, "firstObjectToSecondObjectMaxLimit": 1},
    "mixed": {**ASSOCIATION, "secondObjectKey": "opportunity"},
}


class Session:
    def __init__(self, client: ProbeClient) -> None:
        self._records = client.target.records or ()
        self.evidence = Evidence([], private=(client.target.location_id, *self._records))
        self.created: dict[str, list[str]] = {}  # what may exist: ids by key
        self._client = client
        self._versions = client.target.versions

    def read(self) -> None:
        record = next(iter(self._records), NO_ID)
        for version in self._versions:
            reply = self._call("list_associations", version)
            for each in islice(reply.objects("key"), 2):
                self._get(version, each.get("id"), each.get("key"))
            self._call("list_associations_by_object_key", version)
            self._call("list_relations", version, record=record)
            self._ask("each", version, missing=NO_ID, missing_key=f"{PREFIX}nothing")
        self._ask("read")

    def write(self) -> None:
        created: dict[str, str] = {}
        for version in islice(cycle(self._versions), ASSOCIATIONS):
            created |= self._create(version)
        for version, (key, association) in self._alternating(created.items()):
            self._get(version, association, key)
            self._call("update_association", version, association=association, key=key)
        for key, association in [*created.items()][:1]:
            self._ask("write", association=association, key=key)
        self._relate(list(created.values()))
        for kind in _OF_A_KIND:
            created |= self._ask_of_a_kind(kind)
        for version, (key, association) in self._alternating(created.items()):
            if self._call("delete_association", version, association=association).is_success:
                self.created[key].remove(association)
                if not self.created[key]:
                    del self.created[key]
                self._ask("each", version, missing=association, missing_key=key)

    def exhaust(self) -> None:
        """Send requests without a pause until one is refused."""
        for _ in range(MAX_REQUESTS):
            reply = self._client.send(CALLS["list_associations"], unlimited=True)
            if reply.status == 429:
                self._keep("refused-429", reply)
                return

    def _create(self, version: str = "", body: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Create an association; return its key and id, nothing if it was not created."""
        key = f"{PREFIX}{secrets.token_hex(6)}"
        request = ProbeRequest("create_association", body=body or ASSOCIATION)
        self.created[key] = []  # before the request, whose answer may be lost
        # An answer with fields that only this body causes is no evidence.
        is_evidence = body is None
        reply = self._client.send(request, version, {"key": key}, is_evidence=is_evidence)
        ids = reply.ids() or find(self._client, key)[0]
        if is_evidence:
            self._keep("create_association", reply, version)
            self.evidence.created_despite_error.append(bool(ids) and not reply.is_success)
        if not ids:
            return {}  # the clean-up looks for it again
        self.created[key].append(ids[0])
        return {key: ids[0]}

    def _relate(self, associations: list[str]) -> None:
        made = [
            self._call("create_relation", version, association=association)
            for version, association in self._alternating(associations)
        ]
        listed = [self._call("list_relations", each) for each in self._versions]
        if sum(reply.is_success for reply in made) == ASSOCIATIONS:
            one, two, _ = associations
            self.evidence.filtered_by = {one, two}
            self._ask("related", association=one, one=one, two=two)
        # Given records may have relations of others; only the probe's own are deleted.
        ids = [each for reply in made for each in reply.ids()[:1]]
        if not ids and not self._records:
            ids = listed[0].ids()
        for version, relation in self._alternating(ids[:2]):
            self._call("delete_relation", version, relation=relation)

    def _ask_of_a_kind(self, kind: str) -> dict[str, str]:
        """Ask with an association of a kind; return its key and id."""
        created = self._create(body=_OF_A_KIND[kind])
        for association in created.values():
            sent = {"association": association}
            if kind == "mixed" or _quietly(self._client, "create_relation", **sent).is_success:
                self._ask(kind, **sent)
        return created

    def _get(self, version: str, association: Any, key: Any) -> None:
        if isinstance(association, str):
            self._call("get_association", version, association=association)
        if isinstance(key, str):
            self._call("get_association_by_key", version, key=key)

    def _ask(self, when: str, version: str = "", **values: str) -> None:
        """Send the requests of all questions of a moment."""
        for question in QUESTIONS:
            for request in question.requests if question.when == when else ():
                reply = self._client.send(request, version, values)
                self._keep(question.fact, reply, version)
                if request.operation == "create_association" and reply.is_success:
                    ids = reply.ids()[:1] or find(self._client, values["key"])[0]
                    self.created[values["key"]] += ids

    def _call(self, operation: str, version: str, **values: str) -> Reply:
        reply = self._client.send(CALLS[operation], version, values)
        return self._keep(operation, reply, version)

    def _keep(self, step: str, reply: Reply, version: str = "") -> Reply:
        self.evidence.replies.append((step, version or self._versions[0], reply))
        return reply

    def _alternating(self, items: Iterable[T]) -> Iterator[tuple[str, T]]:
        return zip(cycle(self._versions), items)


def left_behind(client: ProbeClient) -> dict[str, list[str]]:
    """Return the ids of the associations that an earlier run did not delete, by their keys."""
    found: dict[str, list[str]] = {}
    page: list[str] = []
    for skip in count(0, _PAGE):
        reply = _quietly(client, "list_associations", skip=f"{skip}")
        if reply.ids() in ([], page):  # the end, or a server that ignores `skip`
            break
        page = reply.ids()
        for each in reply.objects("id", "key"):
            if str(each["key"]).startswith(PREFIX):
                found.setdefault(each["key"], []).append(each["id"])
    return found


def clean_up(client: ProbeClient, created: Mapping[str, Sequence[str]]) -> list[str]:
    """Delete associations, of some of which only the key is known; tell and return those left.

    These could not be deleted, or may still come into existence.
    """
    left = []
    for key, ids in created.items():
        with suppress(CannotRunError):  # no response: the next one may be deleted
            if _delete_all(client, key, ids):
                continue
        left.append(key)
        client.target.say(f"could not delete {key}: delete it by hand")
    return left


def find(client: ProbeClient, key: str) -> tuple[list[str], bool]:
    """Return the ids of a key, looked up and looked for in the list.

    The second value is whether the look-up says that there is none.
    """
    by_key = _quietly(client, "get_association_by_key", key=key)
    listed = _quietly(client, "list_associations")
    found = [*by_key.ids(key=key), *listed.ids(key=key)]
    return list(dict.fromkeys(found)), _is_gone(by_key)


def _delete_all(client: ProbeClient, key: str, known: Sequence[str]) -> bool:
    """Delete what has a key; return whether it is certain that nothing has it then."""
    deleted: list[str] = []
    for _ in range(_MOST):
        for each in known:
            reply = _quietly(client, "delete_association", association=each)
            if not (reply.is_success or _is_gone(reply)):
                return False
        deleted += known
        found, is_absent = find(client, key)
        known = [each for each in found if each not in deleted]  # a list may lag behind
        if not known:
            return bool(deleted) or is_absent
    return False


def _quietly(client: ProbeClient, operation: str, **values: str) -> Reply:
    """Send a request that is no evidence."""
    return client.send(CALLS[operation], values=values, is_evidence=False)


def _is_gone(reply: Reply) -> bool:
    return reply.refusal == NotFoundError.__name__
