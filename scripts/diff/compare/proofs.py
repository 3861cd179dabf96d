"""The two documents of a comparison, and what is known of both: what is unchanged or proved."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any, NamedTuple
from urllib.parse import unquote

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.fields import (
    EXAMPLE,
    FIELDS,
    HELD_SCHEMAS,
    LISTED_SCHEMAS,
    NAMED_SCHEMAS,
    PROSE,
)
from scripts.diff.compare.inclusion import Inclusion
from scripts.diff.compare.shapes import SchemaShape
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node, canonical, object_at
from scripts.openapi.pointers import escape

_WORDING = frozenset(
    name for name, reason in FIELDS["schema"].waived.items() if reason in (PROSE, EXAMPLE)
)
_DATA = frozenset(("default", "const", "enum"))
_SCHEMA = (dict, bool)
_KINDS: dict[str, Any] = {
    "$ref": str,
    "required": list,
    **dict.fromkeys(NAMED_SCHEMAS, dict),
    **dict.fromkeys(LISTED_SCHEMAS, list),
    **dict.fromkeys(HELD_SCHEMAS, (*_SCHEMA, list)),
}
"""The type of a member; a schema with another one is malformed."""


class Documents:
    """The old and the new document, with what is unchanged between them, and what is proved."""

    def __init__(self, old: ComparedDocument, new: ComparedDocument) -> None:
        self.old, self.new = old, new
        self._unchanged = Unchanged(old, new)
        self._inclusions: dict[Position, Inclusion] = {}

    def __iter__(self) -> Iterator[ComparedDocument]:
        return iter((self.old, self.new))

    def are_unchanged(self, old: Node | None, new: Node | None) -> bool:
        """Return whether two places exist and are the same, including all that they refer to."""
        return old is not None and new is not None and self._unchanged.holds(old, new)

    def are_equal(self, old: Node, new: Node) -> bool:
        """Return whether two schemas are unchanged, or provably accept the same values."""
        shapes, ways = (self.old.shape(old), self.new.shape(new)), tuple(Direction)[:2]
        return self.are_unchanged(old, new) or all(
            self.is_proved(*shapes, Position(each)) for each in ways
        )

    def is_proved(self, old: SchemaShape, new: SchemaShape, position: Position) -> bool:
        """Return whether every value sent at a position is provably accepted."""
        if position.direction is Direction.UNUSED:
            return False
        known = Position(position.direction, text=position.text)
        if known not in self._inclusions:
            self._inclusions[known] = Inclusion(self.old, self.new, known)
        return self._inclusions[known].holds(old, new)


class _Form(NamedTuple):
    """What a value says, without wording: the same key means the same."""

    key: int | None  # None: it may be malformed
    references: frozenset[str] = frozenset()


class Unchanged:
    """Finds pairs of schemas that are the same, including all that they refer to.

    Most of a large document does not change, or only in its wording. Such a pair has no difference
    at any position, so it need not be compared. Problems in it must still be reported, so a schema
    that may be malformed counts as changed.
    """

    def __init__(self, old: ComparedDocument, new: ComparedDocument) -> None:
        self._old, self._new = (
            {f"#/components/schemas/{escape(name)}": node.value for name, node in each.items()}
            for each in (old.components("schemas"), new.components("schemas"))
        )
        self._is_possible = old.three_one == new.three_one
        self._keys: dict[Any, int] = {}
        self._forms: dict[tuple[int, bool], tuple[Any, _Form]] = {}  # the value, to keep its id

    def holds(self, old: Node, new: Node) -> bool:
        """Return whether two schemas, and all that they refer to, are the same."""
        if old.file or new.file or not self._is_possible:
            return False
        form = self._form(old.value)
        is_same = form.key is not None and form.key == self._form(new.value).key
        return is_same and form.references <= self._same

    @cached_property
    def _same(self) -> set[str]:
        """The references to components that are the same, including all that they refer to."""
        users: dict[str, list[str]] = {}
        parts: dict[str, list[str]] = {}
        same = set[str]()
        for reference, schema in self._old.items():
            form = self._form(schema)
            if form.key is not None and form.key == self._form(self._new.get(reference)).key:
                same.add(reference)
                parts[reference] = list(_parts_of(schema))
                for below in form.references:
                    users.setdefault(below, []).append(reference)
        try:
            TopologicalSorter(parts).prepare()
        except CycleError:  # a schema that contains itself is a problem to report
            return set()
        changed = [*(users.keys() - same)]
        while changed:
            reference = changed.pop()
            same.discard(reference)
            changed += [user for user in users.get(reference, ()) if user in same]
        return same

    def _form(self, item: Any, is_named: bool = False) -> _Form:
        """Return the form of a value; each is looked at once, whatever contains it."""
        if not isinstance(item, dict | list):
            return _Form(self._key((type(item), item)))  # in Python, 1 == True
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
        elif not all(_has_right_type(name, each) for name, each in item.items()):
            return _Form(None)
        else:
            found.update(_named_by(item))
            parts = [
                (name, _Form(self._key(canonical(each))))
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


def _has_right_type(name: str, item: Any) -> bool:
    several: Iterable[Any] = ()
    if name in NAMED_SCHEMAS and isinstance(item, dict):
        several = item.values()
    elif name in LISTED_SCHEMAS:
        several = item
    is_right = isinstance(item, _KINDS.get(name, object))
    return is_right and all(isinstance(each, _SCHEMA) for each in several)


def _named_by(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the direct references of a schema, including its discriminator mapping."""
    if "$ref" in schema:
        yield unquote(schema["$ref"])
    for name in object_at(object_at(schema, "discriminator"), "mapping").values():
        yield unquote(str(name)) if "/" in str(name) else f"#/components/schemas/{name}"


def _parts_of(schema: Any) -> Iterator[str]:
    """Yield the references by which a schema includes another: in `allOf`, or alone."""
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield unquote(schema["$ref"])
        for part in schema.get("allOf", ()):
            yield from _parts_of(part)
