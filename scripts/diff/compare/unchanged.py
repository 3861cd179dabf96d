"""Find schemas that are the same in both documents, including all that they refer to.

Most of a large document does not change, or only in its wording. Such a pair has no difference at
any position, so it need not be compared. Problems in it must still be reported, so a schema that
may be malformed counts as changed.
"""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any

from scripts.diff.compare.compared import DocumentPair
from scripts.diff.compare.fields import EXAMPLE, FIELDS, PROSE
from scripts.openapi.nodes import Node, canonical
from scripts.openapi.pointers import lookup
from scripts.openapi.references import unquoted

_WORDING = frozenset(
    name for name, reason in FIELDS["schema"].waived.items() if reason in (PROSE, EXAMPLE)
)
_DATA = frozenset(("default", "const", "enum"))
_HELD = frozenset(
    "additionalItems contains propertyNames unevaluatedItems unevaluatedProperties contentSchema "
    "if then else not items additionalProperties".split()
)
_KINDS: dict[str, type] = {"$ref": str, "required": list}
_LISTED = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "patternProperties", "dependentSchemas")


class Unchanged:
    """Finds pairs of schemas that are the same."""

    def __init__(self, documents: DocumentPair) -> None:
        self._old, self._new = (document.root.value for document in documents)
        self._is_possible = documents.old.three_one == documents.new.three_one
        self._same: dict[str, bool] = {}  # by reference: whether everything it reaches is the same

    def holds(self, old: Node, new: Node) -> bool:
        """Return whether two schemas, and all that they refer to, are the same."""
        if old.file or new.file or not self._is_possible:
            return False
        found = _shared_references(old.value, new.value)
        return found is not None and all(map(self._is_same, found))

    def _is_same(self, reference: str) -> bool:
        if reference not in self._same:
            self._decide(reference)
        return self._same[reference]

    def _decide(self, start: str) -> None:
        """Decide all undecided references that one reference reaches."""
        users: dict[str, list[str]] = {start: []}
        parts: dict[str, list[str]] = {}
        changed: list[str] = []
        pending = [start]
        while pending:
            reference = pending.pop()
            if reference in parts:
                continue
            old, new = _target(self._old, reference), _target(self._new, reference)
            found = None if old is None else _shared_references(old, new)
            if old is None or found is None:
                changed.append(reference)
                continue
            parts[reference] = list(_references_of_parts(old))
            for below in found:
                users.setdefault(below, []).append(reference)
                if below not in self._same:
                    pending.append(below)
                elif not self._same[below]:
                    changed.append(below)
        changed += _circular(parts)
        for reference in users:
            self._same.setdefault(reference, True)
        while changed:
            reference = changed.pop()
            self._same[reference] = False
            changed += [user for user in users.get(reference, ()) if self._same[user]]


def _target(document: Any, reference: str) -> Any:
    """Return the object that a local reference leads to; None if it is broken."""
    if not reference.startswith("#/"):
        return None
    try:
        found = lookup(document, unquoted(reference[1:]))
    except KeyError:
        return None
    return found if isinstance(found, dict) else None


def _shared_references(old: Any, new: Any) -> set[str] | None:
    """Return the references of two otherwise equal schemas; None if they differ."""
    found: set[str] = set()
    pending = [(old, new, False)]  # the flag: the keys are names
    while pending:
        one, other, is_named = pending.pop()
        if type(one) is not type(other):  # in Python, 1 == True
            return None
        if isinstance(one, list):
            if len(one) != len(other):
                return None
            pending += ((*each, False) for each in zip(one, other, strict=True))
        elif isinstance(one, dict):
            keys = one.keys() if is_named else one.keys() - _WORDING
            if keys != (other.keys() if is_named else other.keys() - _WORDING):
                return None
            if not is_named:
                if _is_broken(one) or not _is_same_data(one, other):
                    return None
                found.update(_named_by(one))
                keys -= _DATA
            pending += ((one[key], other[key], key in _NAMED and not is_named) for key in keys)
        elif one != other:
            return None
    return found


def _is_same_data(old: dict[str, Any], new: dict[str, Any]) -> bool:
    return all(canonical(old[key]) == canonical(new[key]) for key in _DATA & old.keys())


def _named_by(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the direct references of a schema, including its discriminator mapping."""
    if isinstance(schema.get("$ref"), str):
        yield schema["$ref"]
    if "discriminator" in schema:
        yield from _mapped(schema["discriminator"])


def _references_of_parts(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the references by which a schema includes another: in `allOf`, or alone."""
    parts = schema.get("allOf")
    for part in [schema, *(parts if isinstance(parts, list) else ())]:
        if isinstance(part, dict) and isinstance(part.get("$ref"), str):
            yield part["$ref"]
        if isinstance(part, dict) and part is not schema and "allOf" in part:
            yield from _references_of_parts(part)


def _mapped(discriminator: Any) -> Iterator[str]:
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    for name in mapping.values() if isinstance(mapping, dict) else ():
        yield str(name) if "/" in str(name) else f"#/components/schemas/{name}"


def _is_broken(schema: dict[str, Any]) -> bool:
    """Return whether a schema has a member of the wrong type."""
    return not all(_has_right_type(key, value) for key, value in schema.items())


def _has_right_type(key: str, value: Any) -> bool:
    if key in _NAMED:
        return isinstance(value, dict) and _are_schemas(value.values())
    if key in _LISTED:
        return isinstance(value, list) and _are_schemas(value)
    if key in _HELD:
        return isinstance(value, dict | bool | list)
    return isinstance(value, _KINDS.get(key, object))


def _are_schemas(values: Iterable[Any]) -> bool:
    return all(isinstance(value, dict | bool) for value in values)


def _circular(parts: dict[str, list[str]]) -> set[str]:
    """Return the schemas that include themselves, and those that include such a one."""
    sorter = TopologicalSorter(parts)
    left = set(parts)
    try:
        sorter.prepare()
    except CycleError:
        while ready := sorter.get_ready():
            left.difference_update(ready)
            sorter.done(*ready)
        return left
    return set()
