"""Capture HighLevel's published document: bundled, without prose, with its source recorded."""

import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from scripts.errors import CannotRunError
from scripts.files import write_all
from scripts.openapi.bundle import Bundle, Read
from scripts.openapi.documents import dump, parse
from scripts.openapi.places import GitPlace, Place, UrlPlace, is_url, split_url
from scripts.openapi.walking import normalise

# Any Version of the right form: HighLevel may publish others than those captured.
_VERSION = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])|v[0-9]+")


@dataclass(frozen=True)
class Captured:
    """A document for `openapi/captured`, and its entry in the lock."""

    document: bytes
    entry: dict[str, Any]
    origin: str  # where it was read; recorded only if it is the source
    problems: tuple[str, ...] = ()  # what is wrong in it, one line each


def checked_version(version: str) -> str:
    """Return a text that has the form of a Version; CannotRunError for any other."""
    if not _VERSION.fullmatch(version):
        raise CannotRunError(
            f"{version!r} is not a Version: write a date like 2021-07-28, or v and a number like v3"
        )
    return version


def read_lock(folder: Path) -> dict[str, Any]:
    """Read the entry of every captured document, by version; empty before the first capture."""
    path = folder / "lock.json"
    return dict(parse(path.read_bytes(), str(path))) if path.exists() else {}


def capture(
    origin: Place,
    *,
    source: str,
    mapped: Mapping[str, str],
    revision: str | None = None,
    read: Read = lambda where: where.read(),
    selected: str = "",
) -> Captured:
    """Read a published document from `origin`, whose public address is `source`.

    The revision is the given one, or in git its commit. Of a document with other APIs, only the
    paths that start with `selected` are read.
    """
    revision = revision or (origin.commit() if isinstance(origin, GitPlace) else None)
    bundle = Bundle(origin, read, mapped, selected)
    document = dump(normalise(bundle.build()))
    entry: dict[str, Any] = {
        "source": source,
        "revision": revision,
        "files": {
            _public(origin, where, source): hashlib.sha256(data).hexdigest()
            for where, data in bundle.bytes.items()
        },
    }
    entry |= {key: each for key, each in (("map", bundle.used), ("select", selected)) if each}
    return Captured(document, entry, str(origin), tuple(bundle.problems))


def write(folder: Path, version: str, captured: Captured) -> Path:
    path = folder / f"{version}.json"
    lock = read_lock(folder)
    known, entry = lock.get(version, {}), captured.entry
    if entry["revision"] is None and entry["files"] == known.get("files"):
        entry = {**entry, "revision": known.get("revision")}  # the same bytes, so the same revision
    lock[version] = entry
    write_all({path: captured.document, folder / "lock.json": dump(lock)})
    return path


def source_of(origin: Place, given: str | None, known: str | None) -> str:
    """Return the public address to record: the given one, the URL read from, or the known one."""
    source = given or (origin.url if isinstance(origin, UrlPlace) else known)
    if source is None or not is_url(source):
        raise CannotRunError(
            "the public URL is unknown: give --source URL; a local path is never recorded"
        )
    split_url(source, "the source to record")
    return source


def _public(origin: Place, where: str, source: str) -> str:
    """Return the public address of a file that was read, relative to the document's."""
    if where == str(origin):
        return source
    top = origin.top
    if not where.startswith(top) or (not top and is_url(where)):
        return where  # another origin on the web
    start, path = str(origin).removeprefix(top), where.removeprefix(top)
    return urljoin(source, os.path.relpath(path, os.path.dirname(start) or "."))
