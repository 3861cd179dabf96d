"""What a probe has created is found and deleted, also after an error or a kill."""

from collections.abc import Mapping, Sequence
from itertools import count

from facade import NotFoundError
from scripts.evidence.client import ProbeClient, Reply
from scripts.evidence.requests import CALLS, PREFIX

_PAGE = 100
_MOST = 4  # times that something is found; the API should not allow two associations of one key


def left_behind(client: ProbeClient) -> dict[str, list[str]]:
    """Return the ids of the associations that an earlier run did not delete, by their keys."""
    found: dict[str, list[str]] = {}
    seen = set[str]()
    for skip in count(0, _PAGE):
        reply = _quietly(client, "list_associations", skip=skip)
        if seen.issuperset(reply.ids()):  # the end, or a server that ignores `skip`
            return found
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


def _quietly(client: ProbeClient, operation: str, skip: int = 0, **values: str) -> Reply:
    """Send a request that is no evidence."""
    request = CALLS[operation].filled({"location": client.target.location_id, **values})
    if skip:
        request = request._replace(query={**(request.query or {}), "skip": skip})
    return client.send(request, is_evidence=False)


def _is_gone(reply: Reply) -> bool:
    return reply.refusal == NotFoundError.__name__
