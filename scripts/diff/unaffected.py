"""The differences of two documents that no finding is about: texts, examples, other spellings."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scripts.diff.compare.fields import FIELDS, LOCAL, STRUCTURE
from scripts.diff.compare.scalars import APPLIES
from scripts.openapi.documents import Document
from scripts.openapi.nodes import Node, canonical, value
from scripts.openapi.paths import readable, template
from scripts.openapi.pointers import last_name, parent
from scripts.openapi.walking import NAMED, is_data

_COMPARED = frozenset[str]().union(*(each.compared for each in FIELDS.values()))
_WAIVED = {
    name
    for each in FIELDS.values()
    for name, reason in each.waived.items()
    if reason not in (LOCAL, STRUCTURE) and name not in _COMPARED
}
_UNUSED, _FORM = "keyword that does not apply", "place written in another way"
_TYPES = {name: kind for kind, names in APPLIES.items() for name in names.split()}
_KINDS = {"integer": "number", "fraction": "number"}


class Unaffected(NamedTuple):
    """One difference without effect."""

    kind: str  # as it is counted: `description`, `extension`, `keyword that does not apply`
    pointer: str
    before: Any
    after: Any
    said: str = ""  # which keyword does not apply to what

    @property
    def shown(self) -> str:
        """The difference on one line."""
        sides = (self.before, self.after)
        before, after = ("nothing" if each is None else canonical(each)[:60] for each in sides)
        return f"{self.kind}: {self.said or readable(self.pointer)}: {before} → {after}"


def counted(differences: Iterable[Unaffected]) -> str:
    """Count differences by kind, in words."""
    kinds: dict[str, list[Unaffected]] = {}
    for each in differences:
        kinds.setdefault(each.kind, []).append(each)
    return ", ".join(_count(kind, same) for kind, same in kinds.items())


def _count(kind: str, same: list[Unaffected]) -> str:
    first, *others = kind.split(" ")
    plural = f"{first[:-1]}ies" if first.endswith("y") else f"{first.removesuffix('s')}s"
    if len(same) > 1:
        kind = " ".join([plural, *others]).replace("does not", "do not")
    said = same[0].said or (readable(same[0].pointer) if kind.startswith("place") else "")
    return f"{len(same)} {kind}" + (f" ({said}{', …' if len(same) > 1 else ''})" if said else "")


def unaffected(old: Document, new: Document, places: Iterable[str]) -> Iterator[Unaffected]:
    """Yield the differences of two documents that are not at, below or around these places."""
    known = set(places)
    around = {above for place in known for above in _above(place)}
    for before, after, holder in _differences(Node(old, ""), Node(new, ""), is_named=False):
        sides = [each for each in (before, after) if each is not None]
        pointer = sides[-1].pointer
        kind = _kind(last_name(pointer))
        here = {each.pointer for each in sides}
        is_near = bool(here & around) or parent(pointer) in known
        if here & known or (is_near and kind in (_FORM, _UNUSED)):
            continue
        said = _inapplicable(last_name(pointer), holder) if kind == _UNUSED else ""
        kind = _FORM if kind == _UNUSED and not said else kind
        yield Unaffected(kind, pointer, value(before), value(after), said)


def _above(place: str) -> Iterator[str]:
    while place:
        yield (place := parent(place))


def _kind(name: str) -> str:
    if name.startswith("x-"):
        return "extension"
    if name in _WAIVED:
        return "example" if name == "examples" else name
    return _UNUSED if name in _TYPES else _FORM


def _inapplicable(name: str, schema: Any) -> str:
    """Say to what type a keyword is given that it does not apply to; empty if it may apply."""
    stated = schema.value.get("type") if isinstance(schema.value, dict) else None
    kinds = [stated] if isinstance(stated, str) else stated if isinstance(stated, list) else []
    applies = _KINDS.get(_TYPES[name], _TYPES[name])
    if not kinds or applies in {_KINDS.get(each, each) for each in kinds}:
        return ""
    article = "an" if kinds[0][:1] in "aeiou" else "a"
    return f"`{name}` on {article} {kinds[0]}, {readable(schema.pointer)}"


Different = tuple[Node | None, Node | None, Node]
"""A member before and after, and the object that holds it."""


def _differences(old: Node, new: Node, *, is_named: bool) -> Iterator[Different]:
    sides = [_members(each) for each in (old, new)]
    for key in {**sides[0], **sides[1]}:
        before, after, name = sides[0].get(key), sides[1].get(key), str(key)
        if before is None or after is None:
            yield before, after, new if before is None else old
        elif before.value != after.value:
            is_whole = not is_named and (
                _kind(name) not in (_FORM, _UNUSED) or is_data(name, after.value)
            )
            if is_whole or not _are_comparable(before.value, after.value):
                yield before, after, new
            else:
                below = not is_named and name in NAMED
                yield from _differences(before, after, is_named=below)


def _are_comparable(before: Any, after: Any) -> bool:
    """Return whether two values have members or items to compare, which have not only moved."""
    if isinstance(before, list) and isinstance(after, list):
        return Counter(map(canonical, before)) != Counter(map(canonical, after))
    return isinstance(before, dict) and isinstance(after, dict)


def _members(node: Node) -> dict[Any, Node]:
    """Return members by name, and items by what they name or else by their position."""
    if isinstance(node.value, dict):
        of_paths = node.pointer == "/paths"
        return {template(name) if of_paths else name: each for name, each in node.members()}
    seen: Counter[str] = Counter()
    found: dict[Any, Node] = {}
    for each in node.items():
        item = each.value if isinstance(each.value, dict) else {}
        key = canonical([item.get(name) for name in ("name", "in", "$ref")])
        found[key, seen[key]] = each
        seen[key] += 1
    return found
