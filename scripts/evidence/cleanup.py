"""Find what the probe created, by the names that it gives, and delete it."""

from collections.abc import Mapping, Sequence
from itertools import count

from facade import NotFoundError
from scripts.evidence.client import ProbeClient, ProbeRequest, Reply

PREFIX = "probe_delete_me_"
_NOT_FOUND = NotFoundError.__name__
_PAGE = 100
_MOST = 4  # times that something is found; the API should not allow two associations of one key


def left_behind(client: ProbeClient) -> dict[str, list[str]]:
    """Return the ids of the associations that an earlier run did not delete, by their keys."""
    found: dict[str, list[str]] = {}
    seen = set[str]()
    for skip in count(0, _PAGE):
        reply = _listed(client, skip)
        if seen.issuperset(reply.ids()):  # the end, or a server that ignores `skip`
            break
        seen.update(reply.ids())
        for each in reply.objects("id", "key"):
            if str(each["key"]).startswith(PREFIX):
                found.setdefault(each["key"], []).append(each["id"])
    return found


def clean_up(client: ProbeClient, created: Mapping[str, Sequence[str]]) -> list[str]:
    """Delete associations, of some of which only the key is known; return the keys of those left.

    These could not be deleted, or may still come into existence.
    """
    return [key for key, ids in created.items() if not _delete_all(client, key, ids)]


def find(client: ProbeClient, key: str) -> tuple[list[str], bool]:
    """Return the ids of a key, looked up and looked for in the list.

    The second value is whether the look-up says that there is none.
    """
    query = {"locationId": client.target.location_id}
    request = ProbeRequest("get_association_by_key", key, query)
    by_key = client.send(request, is_evidence=False)
    found = [*by_key.ids(key=key), *_listed(client).ids(key=key)]
    return list(dict.fromkeys(found)), by_key.refusal == _NOT_FOUND


def _listed(client: ProbeClient, skip: int = 0) -> Reply:
    query = {"locationId": client.target.location_id, "skip": skip, "limit": _PAGE}
    return client.send(ProbeRequest("list_associations", query=query), is_evidence=False)


def _delete_all(client: ProbeClient, key: str, known: Sequence[str]) -> bool:
    """Delete what has a key; return whether it is certain that nothing has it then."""
    deleted: list[str] = []
    for _ in range(_MOST):
        for each in known:
            reply = client.send(ProbeRequest("delete_association", each), is_evidence=False)
            if not (reply.is_success or reply.refusal == _NOT_FOUND):
                return False
        deleted += known
        found, is_absent = find(client, key)
        known = [each for each in found if each not in deleted]  # a list may lag behind
        if not known:
            return bool(deleted) or is_absent
    return False
