"""Compare request bodies, responses with their headers, and media types."""

from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Pair, Scope
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.generated import makes_class, response_type, used_types
from scripts.diff.compare.members import compare_members, one_sided
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node, value

_RAW = (
    "application/octet-stream",
    "application/pdf",
    "application/zip",
    "image/",
    "audio/",
    "video/",
)


def compare_request_bodies(
    old: Node, new: Node, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the request bodies of two operations."""
    inner = scope.about(f"request body of {scope.subject}")
    before, after = old.get("requestBody"), new.get("requestBody")
    if before is not None and after is not None:
        yield Pair("request-body", before, after, inner)
    elif before is not None or after is not None:
        stated = documents.new.resolve(after)[0].get("required") if after is not None else None
        kind = "required request-body" if value(stated) is True else "request-body"
        yield Difference(one_sided(kind, before, after, (old, new), shown=True), inner)


def compare_request_body(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare the content of two request bodies."""
    yield from compare_content(old.get("content"), new.get("content"), scope)


def compare_responses(old: Node, new: Node, scope: Scope, documents: Documents) -> Iterator[Item]:
    """Compare the responses of two operations, status by status."""
    received = scope.at(scope.position.opposite())
    before, after = _responses(old), _responses(new)
    gone = [status for status in before if status not in after]
    added = [status for status in after if status not in before]
    # A status is compared with the range (4XX) that covers it on the other side.
    pairs = [(status, wide) for status in gone if (wide := _status_range(status)) in after]
    pairs += [(wide, status) for status in added if (wide := _status_range(status)) in before]
    gone = [each for each in gone if each not in dict(pairs)]
    added = [each for each in added if each not in dict(pairs).values()]
    succeeding = [[s for s in each if _succeeds(s)] for each in (gone, added)]
    if len(succeeding[0]) == len(succeeding[1]) == 1:
        was, now = succeeding[0][0], succeeding[1][0]
        # A class named after its status is renamed.
        in_code = _names_class(documents.old, before[was])
        change = Change("success-status-changed", before[was], after[now], was, now, in_code)
        yield Difference(change, received.shared(f"response {now}"))
        pairs.append((was, now))
        gone.remove(was)
        added.remove(now)
    # A response of a type that another response has does not change the generated function.
    types = [
        {status: response_type(document, node) for status, node in each.items()}
        for document, each in zip(documents, (before, after), strict=True)
    ]
    kept = [
        [types[i][s] for s in each if s not in (gone, added)[i]] for i, each in enumerate(types)
    ]
    for status in [*gone, *added]:
        kind = "success-response" if _succeeds(status) else "error-response"
        one = before.get(status), after.get(status)
        side = 0 if status in gone else 1
        in_code = types[side][status] not in (None, *kept[side])
        change = one_sided(kind, *one, (old, new), status)._replace(in_code=in_code)
        yield Difference(change, received.shared(f"response {status}"))
    pairs += [(status, status) for status in before if status in after]
    # `default` describes each error that is not declared; generated code reads it apart.
    apart = [(s, "default") for s in gone if "default" in after and not _succeeds(s)]
    apart += [("default", s) for s in added if "default" in before and not _succeeds(s)]
    for was, now in [*pairs, *apart]:
        inner = received.about(f"response {now} of {scope.subject}")
        outside = inner.at(inner.position.outside_code())
        within = outside if (was, now) in apart else inner
        yield Pair("response", before[was], after[now], within)


def _names_class(document: ComparedDocument, response: Node) -> bool:
    content = media_types(document.resolve(response)[0].get("content"))
    schemas = (content[name].get("schema") for name in used_types(content, is_sent=False))
    return any(makes_class(document, each) for each in schemas if each is not None)


def _status_range(status: str) -> str:
    return f"{status[:1]}XX"


def _responses(operation: Node) -> dict[str, Node]:
    node = operation.get("responses")
    if node is None:
        return {}
    return {
        status.upper() if status != "default" else status: each
        for status, each in node.members()
        if not status.startswith("x-")
    }


def _succeeds(status: str) -> bool:
    return status.startswith(("1", "2", "3"))


def compare_response(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare the headers and the body of two responses."""
    yield from _headers(old, new, scope)
    content = [node if value(node) else None for node in (old.get("content"), new.get("content"))]
    if (content[0] is None) != (content[1] is None):
        types = sorted(value(content[0] or content[1]))
        yield one_sided("response-body", content[0], content[1], (old, new), types)
    else:
        yield from compare_content(content[0], content[1], scope)


def _headers(old: Node, new: Node, scope: Scope) -> Iterator[Item]:
    listed = [node.get("headers") for node in (old, new)]
    named = [dict(node.members()) if node is not None else {} for node in listed]
    names = {name.lower(): name for each in named for name in each}  # they are case-insensitive
    before, after = ({names[name.lower()]: node for name, node in each.items()} for each in named)

    def inner(name: str) -> Scope:
        position = scope.position.outside_code()  # the generator ignores headers
        if name.lower() == "content-type":  # OpenAPI ignores such a definition
            position = position._replace(direction=Direction.UNUSED)
        subject = scope.subject.partition(" of ")[0]  # one header of many operations is one cause
        return scope.shared(f"header {name} of {subject}").at(position)

    holders = listed[0] or old, listed[1] or new
    yield from compare_members("header", (before, after), holders, inner)


def compare_header(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare the values of two headers of a response."""
    yield from compare_content_schemas(old, new, scope.at(scope.position._replace(text="once")))
    yield from compare_content(old.get("content"), new.get("content"), scope.about(scope.subject))


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
    outside = scope.at(scope.position.outside_code())
    used, used_now = (used_types(each, is_sent=is_sent) for each in (before, after))
    inner = scope if {*used.values()} != {*used_now.values()} else outside
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
        within = scope if name in used else outside
        yield Pair("media-type", before[name], after[other], _written(name, within))


def _ranges(some: dict[str, Node], others: dict[str, Node]) -> dict[str, str]:
    """Return for each unmatched type the narrowest range among the others that covers it."""
    found: dict[str, str] = {}
    for name in sorted(some.keys() - others.keys()):
        wide = (f"{name.partition('/')[0]}/*", "*/*")
        held = next((each for each in wide if each in others), None)
        if held is not None:
            found[name] = held
    return found


def _written(media_type: str, scope: Scope) -> Scope:
    """Return the scope of a body, marked with how its values are written."""
    is_raw = media_type.startswith(_RAW)  # bytes, whatever the schema says
    text = "exploded" if media_type == "application/x-www-form-urlencoded" else ""
    position = scope.position
    return scope.at(position._replace(text=text, is_proved=position.is_proved or is_raw))


def media_types(content: Node | None) -> dict[str, Node]:
    """Return the media types by name, without a charset and with sorted parameters."""
    found: dict[str, Node] = {}
    for name, node in content.members() if content is not None else ():
        plain, *parameters = name.lower().replace(" ", "").split(";")
        kept = sorted(each for each in parameters if not each.startswith("charset="))
        found[";".join([plain, *kept])] = node
    return found


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
