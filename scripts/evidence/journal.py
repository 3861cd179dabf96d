"""Record the associations that the probe creates, before it creates them, to delete them later."""

import json
import os
import tempfile
from pathlib import Path

from scripts.errors import CannotRunError
from scripts.evidence.client import ProbeClient, ProbeRequest, Reply

PREFIX = "probe_delete_me_"
_MOST = 3  # associations of one key, which the API should not allow


class CleanupJournal:
    """A JSON file of keys and known ids of associations, written before each request."""

    def __init__(self, path: Path, base_url: str, location_id: str) -> None:
        self._path = path
        self._place = {"base_url": base_url, "location": location_id}
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

    def creating(self, key: str) -> None:
        """Record that an association is about to be created."""
        self._remaining[key] = []
        self._save()

    def created(self, key: str, association_id: str) -> None:
        """Record the id of a created association."""
        self._remaining.setdefault(key, []).append(association_id)
        self._save()

    def deleted(self, key: str) -> None:
        """Record that nothing has the key; after the last one, remove the file."""
        self._remaining.pop(key, None)
        self._save()

    def clean_up(self, client: ProbeClient) -> list[str]:
        """Delete all remaining associations; return the keys of those that could not be deleted."""
        for key, known in list(self._remaining.items()):
            if all(_delete(client, each) for each in known) and _delete_found(client, key, known):
                self.deleted(key)
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


def find(client: ProbeClient, key: str) -> str | None:
    """Return the id of an association, found by its key or in the list; None if there is none."""
    location = {"locationId": client.location_id}
    listed = ProbeRequest("list_associations", query={**location, "skip": 0, "limit": 100})
    for reply in (_by_key(client, key), client.send(listed, is_evidence=False)):
        for each in reply.objects("key", "id"):
            if each["key"] == key and isinstance(each["id"], str):
                return str(each["id"])
    return None


def is_not_found(reply: Reply) -> bool:
    """Return whether a reply says that the association does not exist."""
    message = str(reply.get("message") or "").lower()
    return reply.status == 404 or (reply.status == 400 and "not found" in message)


def _by_key(client: ProbeClient, key: str) -> Reply:
    query = {"locationId": client.location_id}
    request = ProbeRequest("get_association_by_key", key, query)
    return client.send(request, is_evidence=False)


def _delete(client: ProbeClient, association_id: str) -> bool:
    request = ProbeRequest("delete_association", association_id)
    reply = client.send(request, is_evidence=False)
    return reply.is_success or is_not_found(reply)


def _delete_found(client: ProbeClient, key: str, known: list[str]) -> bool:
    """Delete what has the key; return whether it is certain that nothing has it then."""
    is_certain = bool(known)
    for _ in range(_MOST):
        found = find(client, key)
        if found is None:
            return is_certain or is_not_found(_by_key(client, key))
        if found in known or not _delete(client, found):
            return found in known  # a list that lags behind shows what was deleted
        known, is_certain = [*known, found], True
    return False
