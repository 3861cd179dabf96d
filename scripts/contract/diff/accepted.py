"""Findings that a person accepted: by fingerprint, with an owner, a reason and a last day."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scripts.contract.diff.review import Review
from scripts.contract.errors import CannotRunError
from scripts.contract.files import write_whole
from scripts.contract.openapi.documents import parse

HOLDS = timedelta(days=90)  # where nobody says how long
FILE = Path("openapi/accepted.yaml")
_NEEDED = ("fingerprint", "owner", "reason", "until")
_SAID = ("rule", "pointer", "document")


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted finding. Rule and pointer are for readers; the fingerprint decides."""

    fingerprint: str
    owner: str
    reason: str
    until: date  # the last day on which it holds
    rule: str = ""
    pointer: str = ""
    document: str = ""  # in which document's comparison it counts; empty: in all


def read(path: Path) -> list[Entry]:
    """Read the accepted findings; none if there is no file."""
    if not path.exists():
        return []
    entries = parse(path.read_bytes(), str(path)) or []
    if not isinstance(entries, list):
        raise CannotRunError(f"{path} must be a list of entries")
    return [_entry(number, raw, path) for number, raw in enumerate(entries, start=1)]


def _entry(number: int, raw: Any, path: Path) -> Entry:
    if not isinstance(raw, Mapping) or not set(_NEEDED) <= set(raw) <= {*_NEEDED, *_SAID}:
        raise CannotRunError(
            f"{path}, entry {number}: it says {', '.join(_NEEDED)}, and may say {', '.join(_SAID)}"
        )
    texts = {key: str(value).strip() for key, value in raw.items()}
    empty = [key for key in _NEEDED if not texts[key]]
    if empty:
        raise CannotRunError(f"{path}, entry {number}: {empty[0]} is empty")
    until = parse_day(texts.pop("until"), f"{path}, entry {number}")
    return Entry(until=until, **texts)


def parse_day(text: str, where: str) -> date:
    """Read a day as YYYY-MM-DD."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CannotRunError(f"{where}: {text!r} is no day; write it as YYYY-MM-DD")


def mark(review: Review, entries: list[Entry], today: date) -> None:
    """Mark the findings that are accepted; tell the entries that no longer hold."""
    judged = {each.finding.fingerprint: each for each in review.findings}
    compared = {_path(review.old), _path(review.new)}
    for entry in entries:
        if entry.document and entry.document not in compared:
            continue
        found = judged.get(entry.fingerprint)
        name = f"{entry.fingerprint} ({entry.rule or 'a finding'}, accepted by {entry.owner})"
        if found is None:
            review.stale.append(f"{name} matches no finding: delete the entry")
        elif entry.until < today:
            review.stale.append(f"{name} expired on {entry.until}: decide again")
        else:
            found.accepted = entry.reason


def accept(
    path: Path, review: Review, fingerprint: str, *, owner: str, reason: str, until: date
) -> None:
    """Add an entry for a finding of this review, below what the file says already."""
    findings = {each.finding.fingerprint: each.finding for each in review.findings}
    if fingerprint not in findings:
        raise CannotRunError(f"no finding has the fingerprint {fingerprint!r}")
    if not owner.strip() or not reason.strip():
        raise CannotRunError("accepting needs an owner and a reason that are not empty")
    if any(entry.fingerprint == fingerprint for entry in read(path)):
        raise CannotRunError(f"{path} accepts {fingerprint} already: change its entry")
    finding = findings[fingerprint]
    entry = {
        "fingerprint": fingerprint,
        "rule": finding.rule,
        "pointer": finding.pointer,
        "document": _path(review.new),
        "owner": owner,
        "reason": reason,
        "until": until.isoformat(),
    }
    # A JSON string is a YAML string, whatever it holds.
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    before = path.read_text("utf-8").rstrip("\n") + "\n" if path.exists() else ""
    write_whole(path, (before + "\n- " + "\n  ".join(lines) + "\n").encode())


def _path(name: str) -> str:
    """Name a document without its revision in git."""
    return name if "://" in name else name.rpartition(":")[2]
