"""Record the associations that the probe creates, before it creates them, to delete them later."""

import json
import os
from pathlib import Path
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.evidence.client import ProbeClient, Reply

PREFIX = "probe_delete_me_"


class CleanupJournal:
    """A JSON lines file; each line is written to disk before its request is sent."""

    def __init__(self, path: Path, base_url: str, location_id: str) -> None:
        self._path = path
        self._place = {"base_url": base_url, "location": location_id}
        self._remaining: dict[str, str | None] = {}  # key -> id, None if unknown
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            self._read(line)

    def remaining(self) -> list[str]:
        """Return the keys of associations that may still exist."""
        return list(self._remaining)

    def creating(self, key: str) -> None:
        """Record that an association is about to be created."""
        self._remaining[key] = None
        self._write({"key": key, "state": "intended", **self._place})

    def created(self, key: str, association_id: str) -> None:
        """Record the id of a created association."""
        self._remaining[key] = association_id
        self._write({"key": key, "state": "made", "id": association_id, **self._place})

    def deleted(self, key: str) -> None:
        """Record that an association is deleted; after the last one, remove the file."""
        self._remaining.pop(key, None)
        self._write({"key": key, "state": "gone", **self._place})
        if not self._remaining:
            self._path.unlink()

    def clean_up(self, client: ProbeClient) -> list[str]:
        """Delete all remaining associations; return the keys of those that could not be deleted."""
        for key, known in list(self._remaining.items()):
            association_id = known or find(client, key)
            if association_id is None:
                if is_not_found(get_by_key(client, key)):
                    self.deleted(key)  # does not exist
                continue
            reply = client.call("delete_association", association_id)
            if reply.is_success or is_not_found(reply):
                self.deleted(key)
        return self.remaining()

    def _read(self, line: str) -> None:
        try:
            body = json.loads(line)
            key, state = str(body["key"]), body["state"]
            place = {name: body[name] for name in self._place}
        except (ValueError, KeyError, TypeError):
            return  # incomplete: the run was killed before it sent the request
        if place != self._place:
            raise CannotRunError(
                f"{self._path} lists associations at another location or address: run the probe "
                f"there first, or delete the associations named {PREFIX}... and the file by hand"
            )
        if state == "gone":
            self._remaining.pop(key, None)
        else:
            self._remaining[key] = body.get("id")

    def _write(self, body: dict[str, Any]) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(body) + "\n")
            file.flush()
            os.fsync(file.fileno())


def find(client: ProbeClient, key: str) -> str | None:
    """Return the id of an association, found by its key or in the list; None if there is none."""
    page = {"locationId": client.location_id, "skip": 0, "limit": 100}
    pending: list[Any] = [
        get_by_key(client, key).body,
        client.call("list_associations", params=page).body,
    ]
    while pending:
        each = pending.pop(0)
        if isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            if each.get("key") == key and isinstance(each.get("id"), str):
                return str(each["id"])
            pending += each.values()
    return None


def get_by_key(client: ProbeClient, key: str) -> Reply:
    return client.call("get_association_by_key", key, params={"locationId": client.location_id})


def is_not_found(reply: Reply) -> bool:
    """Return whether a reply says that the association does not exist."""
    message = str(reply.get("message") or "").lower()
    return reply.status == 404 or (reply.status == 400 and "not found" in message)
