"""Compare the content of bodies: the media types, and the schema of each."""

from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Pair, Scope
from scripts.diff.compare.generated import body_kinds, media_type_kind
from scripts.diff.compare.members import one_sided
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node

_RAW = (
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "image/",
    "audio/",
    "video/",
)


def compare_content(old: Node | None, new: Node | None, scope: Scope) -> Iterator[Item]:
    """Compare two contents: media types, and the schema of each."""
    holders = old or new, new or old
    if holders[0] is None or holders[1] is None:
        return
    before, after = media_types(old), media_types(new)
    pairs = {name: name for name in before if name in after}
    # A removed type is compared with the narrowest range that covers it on the other side.
    pairs |= _ranges(before, after)
    gone = [name for name in before if name not in pairs]
    ranges = _ranges(after, before)
    added = [name for name in after if name not in before and name not in ranges]
    is_sent = scope.position.direction is not Direction.RESPONSE
    used = [body_kinds(each, is_sent=is_sent) for each in (before, after)]
    inner = scope if used[0] != used[1] else scope.at(scope.position.outside_code())
    if before and after and gone == [*before] and added == [*after]:
        change = Change("media-types-replaced", holders[0], holders[1], sorted(gone), sorted(added))
        yield Difference(change, inner)
        if len(gone) == len(added) == 1:
            pairs = {gone[0]: added[0]}
    else:
        widened = {*ranges.values(), *(wide for wide in added if wide in pairs.values())}
        for name in [*gone, *added]:
            kind = "media-range" if name in widened else "media-type"
            one = before.get(name), after.get(name)
            yield Difference(one_sided(kind, *one, (holders[0], holders[1]), name), inner)
    matches = [*pairs.items(), *((wide, name) for name, wide in ranges.items())]
    for name, other in matches:
        is_known = media_type_kind(name, is_sent=is_sent) and name in read_types(before, is_sent)
        within = scope if is_known else scope.at(scope.position.outside_code())
        yield Pair("media-type", before[name], after[other], _written(name, within))


def read_types(media_types: dict[str, Node], is_sent: bool) -> list[str]:
    """Return the media types that generated code uses; of a response it reads only the first."""
    known = [each for each in media_types if media_type_kind(each, is_sent=is_sent)]
    return known if is_sent else known[:1]


def _ranges(some: dict[str, Node], others: dict[str, Node]) -> dict[str, str]:
    """Return for each unmatched type the narrowest range among the others that covers it."""
    found: dict[str, str] = {}
    for name in some.keys() - others.keys():
        wide = (f"{name.partition('/')[0]}/*", "*/*")
        held = next((each for each in wide if each in others and each != name), None)
        if held is not None:
            found[name] = held
    return dict(sorted(found.items()))


def _written(media_type: str, scope: Scope) -> Scope:
    """Return the scope of a body, marked with how its values are written."""
    is_raw = media_type.startswith(_RAW)  # bytes, whatever the schema says
    text = "exploded" if media_type == "application/x-www-form-urlencoded" else ""
    position = scope.position
    return scope.at(position._replace(text=text, is_proved=position.is_proved or is_raw))


def media_types(content: Node | None) -> dict[str, Node]:
    """Return the media types by name, without a charset."""
    if content is None:
        return {}
    return {
        name.lower().replace(" ", "").partition(";charset=")[0]: node
        for name, node in content.members()
    }


def compare_media_type(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare the schema of one media type, and its items' schema in a stream."""
    yield from compare_content_schemas(old, new, scope)
    yield from compare_content_schemas(old, new, scope.part("[]"), "itemSchema")


def compare_content_schemas(
    old: Node, new: Node, scope: Scope, field: str = "schema"
) -> Iterator[Pair]:
    """Compare the schemas of two places; an absent schema accepts anything."""
    before, after = old.get(field), new.get(field)
    if before is not None or after is not None:
        nothing = old.child(field, {}), new.child(field, {})
        yield Pair("schema", before or nothing[0], after or nothing[1], scope)
