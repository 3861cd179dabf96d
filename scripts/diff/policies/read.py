"""Read openapi/diff.yaml and report errors in it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from scripts.diff.rules import SDK, WIRE, rules
from scripts.errors import CannotRunError
from scripts.openapi.documents import parse

FILE = Path("openapi/diff.yaml")
FLAGS = {
    "removal-after-sunset": "removing a deprecated item is not breaking after its x-sunset",
    "unstable-may-break": (
        "accept breaking changes of operations whose x-stability-level was alpha or draft"
    ),
    "major-version-may-break": "accept breaking changes if the major of info.version rises",
}
_KEYS = ("severity", "exclude-paths", "accept", *FLAGS)
_SDK_AT_MOST = dict(zip(WIRE, SDK, strict=True))


class Severities(NamedTuple):
    """The severities that replace those of a rule; None keeps that of rules.md."""

    wire: str | None
    sdk: str | None
    sdk_at_most: str = SDK[-1]

    def of(self, wire: str, sdk: str) -> tuple[str, str]:
        """Return the given severities, replaced where the policy sets one."""
        at_most = min(sdk, self.sdk_at_most, key=SDK.index)
        return self.wire or wire, self.sdk or at_most


class Acceptance(NamedTuple):
    """A rule and a place whose findings are accepted."""

    rule: str  # a pattern
    place: str  # a pattern of an operation, a pointer, or a place as in reports
    reason: str
    owner: str = ""
    until: date | None = None  # the last day on which it is valid

    @property
    def name(self) -> str:
        """The rule and the place in words."""
        return f"{self.rule} at {self.place}"


@dataclass(frozen=True, slots=True)
class Policy:
    """All policies; by default none."""

    severity: Mapping[str, Severities] = field(default_factory=dict)  # by rule
    exclude_paths: tuple[str, ...] = ()
    accept: tuple[Acceptance, ...] = ()
    flags: frozenset[str] = frozenset()


NO_POLICY = Policy()


def read(path: Path) -> Policy:
    """Read a policy file; an empty file has no policies."""
    found = read_entries(path) or {}
    if not isinstance(found, Mapping):
        raise CannotRunError(f"{path} must be an object with the keys {', '.join(_KEYS)}")
    for key in found:
        _known(key, _KEYS, f"{path}: there is no policy {key!r}")
    return Policy(
        {
            rule: severities(rule, level, f"{path}: severity")
            for rule, level in _member(found, "severity", path, dict).items()
        },
        tuple(
            path_pattern(each, f"{path}: exclude-paths")
            for each in _member(found, "exclude-paths", path, list)
        ),
        tuple(
            _acceptance(each, f"{path}: accept, entry {number}")
            for number, each in enumerate(_member(found, "accept", path, list), start=1)
        ),
        frozenset(name for name in FLAGS if _member(found, name, path, bool)),
    )


def read_if_any(path: Path) -> Policy:
    """Read a policy file; an absent file has no policies."""
    return read(path) if path.exists() else NO_POLICY


def severities(rule: str, level: Any, where: str) -> Severities:
    """Read the severity of a rule: one for the wire, or one for each lens."""
    _known(rule, rules(), f"{where}: there is no rule {rule!r}")
    if isinstance(level, str) and level in WIRE:
        return Severities(level, None, _SDK_AT_MOST[level])
    if isinstance(level, Mapping) and level and level.keys() <= {"wire", "sdk"}:
        wire, sdk = level.get("wire"), level.get("sdk")
        if wire in (None, *WIRE) and sdk in (None, *SDK):
            return Severities(wire, sdk)
    raise CannotRunError(
        f"{where}: {rule} is {level!r}; write {', '.join(reversed(WIRE))}, "
        f"or wire: {' | '.join(reversed(WIRE))} and sdk: {' | '.join(reversed(SDK))}"
    )


def path_pattern(pattern: Any, where: str) -> str:
    """Check a pattern of paths."""
    if not isinstance(pattern, str) or not pattern.startswith(("/", "*")):
        raise CannotRunError(
            f"{where}: {pattern!r} is not a pattern of paths; write one such as /internal/**"
        )
    return pattern


def acceptance(rule: str, place: str, reason: str, where: str, **more: Any) -> Acceptance:
    """Return the acceptance of findings by rule and place."""
    if not any(matches(rule, name) for name in rules()):
        _known(rule, rules(), f"{where}: no rule matches {rule!r}")
    return Acceptance(rule, place or "**", reason, **more)


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches a whole text: `*` text without a slash, `**` any text."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    wildcards = {"**": ".*", "*": "[^/]*"}
    parts = re.split(r"(\*\*|\*)", pattern)
    return re.compile("".join(wildcards.get(part, re.escape(part)) for part in parts), re.DOTALL)


def parse_day(text: str, where: str) -> date:
    """Read a day as YYYY-MM-DD."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise CannotRunError(f"{where}: {text!r} is not a day; write it as YYYY-MM-DD")


def read_entries(path: Path) -> Any:
    """Read a file of entries; CannotRunError if it cannot be read."""
    try:
        return parse(path.read_bytes(), str(path))
    except OSError as error:
        raise CannotRunError(f"cannot read {path}: {error.strerror or error}") from error


def entry_texts(
    entry: Any, where: str, required: Sequence[str], optional: Sequence[str]
) -> dict[str, str]:
    """Return the texts of an entry by key; CannotRunError if a key is missing, empty or unknown."""
    allowed = {*required, *optional}
    if not isinstance(entry, Mapping) or not {*required} <= entry.keys() <= allowed:
        raise CannotRunError(
            f"{where}: the keys {', '.join(required)} are required, "
            f"and {', '.join(optional)} are allowed"
        )
    texts = {key: str(value).strip() for key, value in entry.items()}
    for key in required:
        if not texts[key]:
            raise CannotRunError(f"{where}: {key} is empty")
    return texts


def _acceptance(entry: Any, where: str) -> Acceptance:
    texts = entry_texts(entry, where, ("rule", "reason"), ("place", "owner", "until"))
    until = parse_day(texts.pop("until"), where) if "until" in texts else None
    return acceptance(**{"place": "", **texts}, where=where, until=until)


def _member(found: Mapping[str, Any], key: str, path: Path, kind: type) -> Any:
    value = found.get(key)
    if value is None or type(value) is kind:
        return kind() if value is None else value
    if kind is bool:
        raise CannotRunError(f"{path}: {key} is {value!r}; write true or false")
    raise CannotRunError(f"{path}: {key} must be {'a list' if kind is list else 'an object'}")


def _known(name: str, names: Iterable[str], problem: str) -> None:
    if name in names:
        return
    from difflib import get_close_matches

    close = get_close_matches(name, list(names), 1)
    advice = f"; did you mean {close[0]!r}?" if close else ""
    raise CannotRunError(f"{problem}{advice}")
