"""HighLevel's published document, taken down: bundled, without prose, with its provenance."""

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from scripts.contract.bundle import Bundle, Read
from scripts.contract.document import dump
from scripts.contract.errors import CannotRunError
from scripts.contract.files import write_whole
from scripts.contract.normalise import normalise
from scripts.contract.places import FilePlace, GitPlace, Place, UrlPlace, is_url

_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class Captured:
    """A document as it goes into `openapi/captured`, and its entry in the lock."""

    document: bytes
    entry: dict[str, Any]


def read_lock(folder: Path) -> dict[str, Any]:
    """Read what is known of every captured document, by version; empty before the first."""
    path = folder / "lock.json"
    lock: dict[str, Any] = json.loads(path.read_bytes()) if path.exists() else {}
    return lock


def capture(
    origin: Place, *, source: str, revision: str | None, mapped: Mapping[str, str], read: Read
) -> Captured:
    """Read a published document from `origin`, whose public address is `source`."""
    bundle = Bundle(origin, read, mapped)
    document = dump(normalise(bundle.build()))
    entry: dict[str, Any] = {
        "source": source,
        "revision": revision,
        "files": {
            _public(origin, where, source): hashlib.sha256(data).hexdigest()
            for where, data in bundle.bytes.items()
        },
    }
    if bundle.used:
        entry["map"] = bundle.used
    return Captured(document, entry)


def write(folder: Path, version: str, captured: Captured) -> Path:
    """Put a captured document and its lock entry in place."""
    if not _VERSION.fullmatch(version):
        raise CannotRunError(f"{version!r} is no version: letters, digits, dots and dashes")
    path = folder / f"{version}.json"
    lock = read_lock(folder)
    lock[version] = captured.entry
    write_whole(path, captured.document)
    write_whole(folder / "lock.json", dump(lock))
    return path


def revision_of(origin: Place) -> str | None:
    """Name the commit that a document is read at, where the place knows one."""
    return origin.commit() if isinstance(origin, GitPlace) else None


def source_of(origin: Place, known: str | None) -> str:
    """Decide the public address to record: the URL read from, or the one known before."""
    if isinstance(origin, UrlPlace):
        return origin.url
    if known is None or not is_url(known):
        raise CannotRunError(
            "where is this document published? say --source URL: a local path is never recorded"
        )
    return known


def _public(origin: Place, where: str, source: str) -> str:
    """Name a file that was read by its public address, from where it stands to the document."""
    if is_url(where):
        return where
    start, path = _path(str(origin), origin), _path(where, origin)
    return urljoin(source, os.path.relpath(path, os.path.dirname(start) or "."))


def _path(where: str, origin: Place) -> str:
    return where if isinstance(origin, FilePlace) else where.rpartition(":")[2]
