"""What the probe made and has not yet removed: noted before it is made, so that nothing is lost."""

import json
import os
from pathlib import Path
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.probing.asker import Asker, Reply, segment

PREFIX = "probe_delete_me_"


class Journal:
    """A file of lines, each on disk before the request it is about is sent."""

    def __init__(self, path: Path, base_url: str, location_id: str) -> None:
        self._path = path
        self._place = {"base_url": base_url, "location": location_id}
        self._left: dict[str, str | None] = {}  # key -> id, None while it is not known
        for line in path.read_text("utf-8").splitlines() if path.exists() else ():
            self._read(line)

    def left(self) -> list[str]:
        """Give the keys of what may still be there."""
        return list(self._left)

    def intend(self, key: str) -> None:
        """Note that an association is about to be made."""
        self._left[key] = None
        self._write({"key": key, "state": "intended", **self._place})

    def made(self, key: str, association_id: str) -> None:
        """Note the id of what was made."""
        self._left[key] = association_id
        self._write({"key": key, "state": "made", "id": association_id, **self._place})

    def gone(self, key: str) -> None:
        """Note that it is gone; with the last one the file goes, too."""
        self._left.pop(key, None)
        self._write({"key": key, "state": "gone", **self._place})
        if not self._left:
            self._path.unlink()

    def clean_up(self, asker: Asker) -> list[str]:
        """Remove all that is left; give the keys of what could not be removed."""
        for key, known in list(self._left.items()):
            association_id = known or find(asker, key)
            if association_id is None:
                if is_missing(asker.ask("GET", *_by_key(asker, key))):
                    self.gone(key)  # it was never made
                continue
            reply = asker.ask("DELETE", f"/associations/{segment(association_id)}")
            if reply.worked or is_missing(reply):
                self.gone(key)
        return self.left()

    def _read(self, line: str) -> None:
        try:
            data = json.loads(line)
            key, state = str(data["key"]), data["state"]
            place = {name: data[name] for name in self._place}
        except (ValueError, KeyError, TypeError):
            return  # the last line of a run that was cut off; what it meant was never sent
        if place != self._place:
            raise CannotRunError(
                f"{self._path} tells of what was left at another location or address: run the "
                f"probe there first, or remove what is called {PREFIX}... by hand, and the file"
            )
        if state == "gone":
            self._left.pop(key, None)
        else:
            self._left[key] = data.get("id")

    def _write(self, data: dict[str, Any]) -> None:
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(json.dumps(data) + "\n")
            file.flush()
            os.fsync(file.fileno())


def find(asker: Asker, key: str) -> str | None:
    """Find one of ours by its key, or else in the list; None if it is not there."""
    found = [asker.ask("GET", *_by_key(asker, key)).body]
    page = {"locationId": asker.location_id, "skip": 0, "limit": 100}
    found.append(asker.ask("GET", "/associations/", params=page).body)
    pending: list[Any] = found
    while pending:
        each = pending.pop(0)
        if isinstance(each, list):
            pending += each
        elif isinstance(each, dict):
            if each.get("key") == key and isinstance(each.get("id"), str):
                return str(each["id"])
            pending += each.values()
    return None


def is_missing(reply: Reply) -> bool:
    """Tell whether a reply says that there is no such thing."""
    said = str(reply.get("message") or "").lower()
    return reply.status == 404 or (reply.status == 400 and "not found" in said)


def _by_key(asker: Asker, key: str) -> tuple[str]:
    return (f"/associations/key/{segment(key)}?locationId={segment(asker.location_id)}",)
