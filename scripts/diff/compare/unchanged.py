"""Find schemas that are the same in both documents, including all that they refer to.

Most of a large document does not change, or only in its wording. Such a pair has no difference at
any position, so it need not be compared. Problems in it must still be reported, so a schema that
may be malformed counts as changed.
"""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.fields import (
    EXAMPLE,
    FIELDS,
    HELD_SCHEMAS,
    LISTED_SCHEMAS,
    NAMED_SCHEMAS,
    PROSE,
)
from scripts.openapi.nodes import Node, canonical
from scripts.openapi.pointers import lookup
from scripts.openapi.references import unquoted

_WORDING = frozenset(
    name for name, reason in FIELDS["schema"].waived.items() if reason in (PROSE, EXAMPLE)
)
_DATA = frozenset(("default", "const", "enum"))
_KINDS: dict[str, type] = {"$ref": str, "required": list}


class _Form(NamedTuple):
    """What a value says, without wording: the same key means the same."""

    key: int | None  # None: it may be malformed
    references: frozenset[str]


class Unchanged:
    """Finds pairs of schemas that are the same."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument) -> None:
        self._old, self._new = old.root.value, new.root.value
        self._is_possible = old.three_one == new.three_one
        self._same: dict[str, bool] = {}  # by reference: whether everything it reaches is the same
        self._keys: dict[Any, int] = {}
        self._forms: dict[tuple[int, bool], tuple[Any, _Form]] = {}  # the value, to keep its id

    def holds(self, old: Node, new: Node) -> bool:
        """Return whether two schemas, and all that they refer to, are the same."""
        if old.file or new.file or not self._is_possible:
            return False
        form = self._form(old.value)
        is_same = form.key is not None and form.key == self._form(new.value).key
        return is_same and all(map(self._is_same, form.references))

    def _form(self, item: Any, is_named: bool = False) -> _Form:
        """Return the form of a value; each is looked at once, whatever contains it."""
        if not isinstance(item, dict | list):
            return _Form(self._key((type(item), item)), frozenset())  # in Python, 1 == True
        known = self._forms.get((id(item), is_named))
        if known is None:
            known = self._forms[id(item), is_named] = item, self._made(item, is_named)
        return known[1]

    def _made(self, item: Any, is_named: bool) -> _Form:
        found: set[str] = set()
        if isinstance(item, list):
            parts = [(index, self._form(each)) for index, each in enumerate(item)]
        elif is_named:
            parts = [(name, self._form(each)) for name, each in item.items()]
        elif _is_broken(item):
            return _Form(None, frozenset())
        else:
            found.update(_named_by(item))
            parts = [
                (name, _Form(self._key(canonical(each)), frozenset()))
                if name in _DATA
                else (name, self._form(each, name in NAMED_SCHEMAS))
                for name, each in item.items()
                if name not in _WORDING
            ]
        for _, form in parts:
            if form.key is None:
                return form
            found |= form.references
        keys = frozenset((name, form.key) for name, form in parts)
        return _Form(self._key((type(item), is_named, keys)), frozenset(found))

    def _key(self, content: Any) -> int:
        return self._keys.setdefault(content, len(self._keys))

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
            form = self._form(old)
            if old is None or form.key is None or form.key != self._form(new).key:
                changed.append(reference)
                continue
            parts[reference] = list(_references_of_parts(old))
            for below in form.references:
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
    if key in NAMED_SCHEMAS:
        return isinstance(value, dict) and _are_schemas(value.values())
    if key in LISTED_SCHEMAS:
        return isinstance(value, list) and _are_schemas(value)
    if key in HELD_SCHEMAS:
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
