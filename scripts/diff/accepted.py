"""Accepted findings: each has a fingerprint, an owner, a reason and an expiry day."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from scripts.diff.policies.read import entry_texts, parse_day, read_entries
from scripts.diff.results import Review
from scripts.errors import CannotRunError
from scripts.files import write_whole
from scripts.openapi.documents import parse

FILE = Path("openapi/accepted.yaml")
DEFAULT_PERIOD = timedelta(days=90)
_REQUIRED = ("fingerprint", "owner", "reason", "until")
_OPTIONAL = ("rule", "pointer", "document")


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """One entry. The fingerprint identifies the finding; rule and pointer are for readers."""

    fingerprint: str
    owner: str
    reason: str
    until: date  # the last day on which the entry is valid
    rule: str = ""
    pointer: str = ""
    document: str = ""  # the document whose comparison it applies to; empty: every document


def read(path: Path) -> list[AcceptedFinding]:
    """Read the accepted findings; an absent file has none."""
    if not path.exists():
        return []
    entries = read_entries(path) or []
    if not isinstance(entries, list):
        raise CannotRunError(f"{path} must be a list of entries")
    found = []
    for number, raw in enumerate(entries, start=1):
        where = f"{path}, entry {number}"
        texts = entry_texts(raw, where, _REQUIRED, _OPTIONAL)
        found.append(AcceptedFinding(until=parse_day(texts.pop("until"), where), **texts))
    return found


def apply(review: Review, entries: Iterable[AcceptedFinding], today: date) -> Review:
    """Mark the accepted findings of a review, and add the messages about stale entries."""
    found = {each.finding.fingerprint for each in review.findings}
    reasons: dict[str, str] = {}
    stale: list[str] = []
    for entry in entries:
        if entry.document and entry.document not in review.paths:
            continue
        name = f"{entry.fingerprint} ({entry.rule or 'a finding'}, accepted by {entry.owner})"
        if entry.fingerprint not in found:
            stale.append(f"{name} matches no finding: delete the entry")
        elif entry.until < today:
            stale.append(f"{name} expired on {entry.until}: decide again")
        else:
            reasons[entry.fingerprint] = entry.reason
    findings = (
        replace(each, accepted=reasons.get(each.finding.fingerprint)) for each in review.findings
    )
    return replace(review, findings=tuple(findings), stale=(*review.stale, *stale))


def accept(
    path: Path,
    compared: Review,
    fingerprints: Iterable[str],
    *,
    owner: str,
    reason: str,
    until: date,
) -> None:
    """Append an entry for each of these findings of this comparison; keep the existing entries."""
    findings = {each.finding.fingerprint: each.finding for each in compared.findings}
    known = {entry.fingerprint for entry in read(path)}
    text = path.read_text("utf-8").rstrip("\n") + "\n" if path.exists() else ""
    for fingerprint in dict.fromkeys(fingerprints):
        if fingerprint not in findings:
            raise CannotRunError(f"no finding has the fingerprint {fingerprint!r}")
        if fingerprint in known:
            raise CannotRunError(f"{path} already accepts {fingerprint}: edit that entry")
        finding = findings[fingerprint]
        entry = {
            "fingerprint": fingerprint,
            "rule": finding.rule,
            "pointer": finding.pointer,
            "document": _document(*compared.paths),
            "owner": owner,
            "reason": reason,
            "until": until.isoformat(),
        }
        # Every JSON string is a valid YAML string.
        lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
        text += "\n- " + "\n  ".join(lines) + "\n"
    try:
        parse(text.encode(), str(path))
    except CannotRunError as error:
        how = "begin each entry with '- ' at the start of a line, or empty the file"
        raise CannotRunError(f"cannot add an entry to {path}: {how}") from error
    write_whole(path, text.encode())


def _document(old: str, new: str) -> str:
    """Return the document that an entry is about; a copy elsewhere counts as the one here."""
    is_elsewhere = Path(new).is_absolute() or new.startswith("../")
    return old if is_elsewhere and Path(new).name == Path(old).name else new
