"""Record the associations that the probe creates, before it creates them, to delete them later."""

import json
import os
import tempfile
from pathlib import Path

from facade import NotFoundError
from scripts.contract.errors import CannotRunError
from scripts.evidence.client import ProbeClient, ProbeRequest, Target

PREFIX = "probe_delete_me_"
_NOT_FOUND = NotFoundError.__name__
_MOST = 4  # times that something is found; the API should not allow two associations of one key


class CleanupJournal:
    """A JSON file of keys and known ids of associations, written before each request."""

    def __init__(self, path: Path, target: Target) -> None:
        self._path = path
        self._place = {"base_url": target.base_url, "location": target.location_id}
        self._remaining: dict[str, list[str]] = {}
        if path.exists():
            try:
                body = json.loads(path.read_text("utf-8"))
                place, self._remaining = body["place"], body["associations"]
            except (ValueError, KeyError, TypeError) as error:
                raise CannotRunError(f"{path} is not a journal of the probe: {error!r}") from error
            if place != self._place:
                raise CannotRunError(
                    f"{path} lists associations at another location or address: run the probe "
                    f"there first, or delete the associations named {PREFIX}... and the file by "
                    "hand"
                )

    def remaining(self) -> list[str]:
        """Return the keys of associations that may still exist."""
        return list(self._remaining)

    def add(self, key: str, *ids: str) -> None:
        """Record that an association is about to be created, or the id of one that is."""
        self._remaining.setdefault(key, []).extend(ids)
        self._save()

    def remove(self, key: str, *ids: str) -> None:
        """Record that these have been deleted; the key is kept as long as others have it."""
        left = [each for each in self._remaining.pop(key, ()) if each not in ids]
        if ids and left:
            self._remaining[key] = left
        self._save()

    def clean_up(self, client: ProbeClient) -> list[str]:
        """Delete all remaining associations; return the keys of those that could not be deleted."""
        for key, known in list(self._remaining.items()):
            if _delete_all(client, key, known):
                self.remove(key)
        return self.remaining()

    def _save(self) -> None:
        if not self._remaining:
            self._path.unlink(missing_ok=True)
            return
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"place": self._place, "associations": self._remaining}, file)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(self._path)


def find(client: ProbeClient, key: str) -> tuple[list[str], bool]:
    """Return the ids of a key, looked up and looked for in the list.

    The second value is whether the look-up says that there is none.
    """
    location = {"locationId": client.target.location_id}
    by_key = ProbeRequest("get_association_by_key", key, location)
    listed = ProbeRequest("list_associations", query={**location, "skip": 0, "limit": 100})
    replies = [client.send(each, is_evidence=False) for each in (by_key, listed)]
    found = dict.fromkeys(each for reply in replies for each in reply.ids(key=key))
    return list(found), replies[0].refusal == _NOT_FOUND


def _delete_all(client: ProbeClient, key: str, known: list[str]) -> bool:
    """Delete what has a key; return whether it is certain that nothing has it then."""
    deleted: list[str] = []
    pending = known
    for _ in range(_MOST):
        for each in pending:
            reply = client.send(ProbeRequest("delete_association", each), is_evidence=False)
            if not (reply.is_success or reply.refusal == _NOT_FOUND):
                return False
        deleted += pending
        found, is_absent = find(client, key)
        pending = [each for each in found if each not in deleted]  # a list may lag behind
        if not pending:
            return bool(deleted) or is_absent
    return False
