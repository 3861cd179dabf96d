"""Properties, items, and the other keywords of a schema that hold schemas."""

from scripts.contract.diff.pair import Below, Pair
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.diff.shape import Shapes
from scripts.contract.openapi.nodes import Node, canonical, matched

_HELD = (
    "additionalItems", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
    "contentSchema", "if", "then", "else", "not",
)  # fmt: skip
_NAMED = ("patternProperties", "dependentSchemas")
# In whose hands a property that only the other side writes is.
_ONE_WAY = {"readOnly": Direction.REQUEST, "writeOnly": Direction.RESPONSE}


def compare(pair: Pair, old: Shapes, new: Shapes) -> list[Below]:
    """Report what differs here; give the pairs of schemas below."""
    below = _properties(pair, old, new)
    ours, theirs = pair.old.keywords, pair.new.keywords
    if ours or theirs:
        below += _additional(pair, old, new)
        below += _items(pair, old, new)
        for keyword in _HELD:
            if keyword in ours or keyword in theirs:
                below += _held(pair, keyword, ours.get(keyword), theirs.get(keyword))
        for keyword in _NAMED:
            for name, mine, other in matched(ours.get(keyword), theirs.get(keyword)):
                below += _held(pair, f"{keyword} {name}", mine, other)
        _dependent(pair)
    return below


def _properties(pair: Pair, old: Shapes, new: Shapes) -> list[Below]:
    ours, theirs, below = pair.old.properties, pair.new.properties, list[Below]()
    for name in {**ours, **theirs}:
        subject = f"{pair.subject}.{name}"
        mine, other = ours.get(name), theirs.get(name)
        position = _one_way(pair, subject, mine, other, old, new)
        if mine is not None and other is not None:
            below.append((mine, other, position, subject))
            _requirement(pair, name, subject, position)
        elif mine is not None:
            pair.report("property-removed", mine, None, name, subject=subject, position=position)
        else:
            how = "required" if name in pair.new.required else "optional"
            pair.report(
                f"property-added-{how}", None, other, None, name, subject=subject, position=position
            )
    for name in (pair.old.required | pair.new.required).keys() - ours.keys() - theirs.keys():
        _requirement(pair, name, f"{pair.subject}.{name}", pair.position)
    return below


def _requirement(pair: Pair, name: str, subject: str, position: Position) -> None:
    ours, theirs = pair.old.required.get(name), pair.new.required.get(name)
    if (ours is None) == (theirs is None):
        return
    rule = "property-became-optional" if theirs is None else "property-became-required"
    old = ours or pair.old.properties.get(name)
    new = theirs or pair.new.properties.get(name)
    before, after = ours is not None, theirs is not None
    pair.report(rule, old, new, before, after, subject=subject, position=position)


def _one_way(
    pair: Pair, subject: str, mine: Node | None, other: Node | None, old: Shapes, new: Shapes
) -> Position:
    """Find the position of a property; one that the app cannot send is none of a request."""
    position = pair.position
    ours = old.of(mine).keywords if mine is not None else {}
    theirs = new.of(other).keywords if other is not None else {}
    for keyword, closed in _ONE_WAY.items():
        if keyword not in ours and keyword not in theirs:
            continue
        was, is_now = (
            each[keyword].value is True if keyword in each else False for each in (ours, theirs)
        )
        if mine is not None and other is not None and was != is_now:
            kind = "only" if is_now else "able"
            rule = {
                ("readOnly", "only"): "property-became-read-only",
                ("readOnly", "able"): "property-became-writable",
                ("writeOnly", "only"): "property-became-write-only",
                ("writeOnly", "able"): "property-became-readable",
            }[keyword, kind]
            pair.report(rule, ours.get(keyword), theirs.get(keyword), was, is_now, subject=subject)
        if (was or is_now) and position.direction is closed:
            position = Position(Direction.UNUSED, pair.position.in_code)
    return position


def _additional(pair: Pair, left: Shapes, right: Shapes) -> list[Below]:
    old, new = (shape.keywords.get("additionalProperties") for shape in (pair.old, pair.new))
    ours, theirs = _kind(old, left), _kind(new, right)
    before, after = old and old.value, new and new.value
    if ours == theirs:
        if ours == "typed" and old is not None and new is not None:
            return [(old, new, pair.position, f"{pair.subject}.*")]
        return []
    if theirs == "closed":
        rule = "additional-properties-closed"
    elif ours == "closed":
        rule = "additional-properties-opened"
    else:
        typed = "typed" if theirs == "typed" else "untyped"
        rule = f"additional-properties-{typed}"
    pair.report(rule, old, new, before, after)
    return []


def _kind(node: Node | None, shapes: Shapes) -> str:
    if node is None or shapes.of(node).takes_all:
        return "open"
    return "closed" if node.value is False else "typed"


def _items(pair: Pair, left: Shapes, right: Shapes) -> list[Below]:
    old, new = pair.old.keywords.get("items"), pair.new.keywords.get("items")
    below = list[Below]()
    if old is not None and new is not None:
        below.append((old, new, pair.position, f"{pair.subject}[]"))
    elif _kind(old, left) != _kind(new, right):
        rule = "items-untyped" if new is None else "items-typed"
        pair.report(rule, old, new, old and old.value, new and new.value)
    prefixes = [shape.keywords.get("prefixItems") for shape in (pair.old, pair.new)]
    lists = [node.items() if node is not None else [] for node in prefixes]
    for index in range(max(map(len, lists))):
        mine, other = (each[index] if index < len(each) else None for each in lists)
        subject = f"{pair.subject}[{index}]"
        if mine is not None and other is not None:
            below.append((mine, other, pair.position, subject))
        else:
            rule = "prefix-item-added" if mine is None else "prefix-item-removed"
            before, after = mine and mine.value, other and other.value
            pair.report(rule, mine, other, before, after, subject=subject)
    return below


def _held(pair: Pair, keyword: str, old: Node | None, new: Node | None) -> list[Below]:
    subject = f"{pair.subject}: {keyword}"
    if old is not None and new is not None:
        if keyword == "if":
            if canonical(old.value) != canonical(new.value):
                pair.report("condition-changed", old, new, old.value, new.value, subject=subject)
            return []
        position = pair.position.turned() if keyword == "not" else pair.position.outside_code()
        return [(old, new, position, subject)]
    if old is not None or new is not None:
        rule = "condition-added" if old is None else "condition-removed"
        pair.report(rule, old, new, old and old.value, new and new.value, subject=subject)
    return []


def _dependent(pair: Pair) -> None:
    old, new = (shape.keywords.get("dependentRequired") for shape in (pair.old, pair.new))
    if old is None and new is None:
        return
    for name, mine, other in matched(old, new):
        ours, theirs = (
            {str(item.value) for item in node.items()} if node is not None else set()
            for node in (mine, other)
        )
        subject = f"{pair.subject}.{name}"
        if theirs - ours:
            added = sorted(theirs - ours)
            pair.report("dependent-required-added", mine, other, None, added, subject=subject)
        if ours - theirs:
            gone = sorted(ours - theirs)
            pair.report("dependent-required-removed", mine, other, gone, None, subject=subject)
