"""Compare request bodies, responses with their headers, and media types."""

from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Pair, Scope, member_change
from scripts.diff.compare.compared import ComparedDocument
from scripts.diff.compare.content import (
    compare_content,
    compare_content_schemas,
    media_types,
    read_types,
)
from scripts.diff.compare.fields import is_same
from scripts.diff.compare.generated import (
    makes_class,
    response_type,
)
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node, text, value

_HEADER_FLAGS = (
    ("required", "response-header-became-required", "response-header-became-optional"),
    ("deprecated", "header-deprecated", "header-undeprecated"),
    ("explode", "header-style-changed", "header-style-changed"),
)


def compare_request_bodies(
    old: Node, new: Node, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the request bodies of two operations."""
    inner = scope.about(f"request body of {scope.subject}")
    before, after = old.get("requestBody"), new.get("requestBody")
    if before is not None and after is not None:
        if found := documents.resolve(before, after):
            yield Pair("request-body", *found, inner)
    elif before is not None:
        yield Difference(Change("request-body-removed", before, new, True), inner)
    elif after is not None:
        rule = f"request-body-added-{_requirement(documents.new.resolve(after)[0])}"
        yield Difference(Change(rule, old, after, None, True), inner)


def compare_request_body(
    old: Node, new: Node, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the content of two request bodies."""
    before, after = (value(node.get("required")) is True for node in (old, new))
    if before != after:
        yield Change(f"request-body-became-{_requirement(new)}", old, new, before, after)
    yield from compare_content(old.get("content"), new.get("content"), scope)


def _requirement(body: Node) -> str:
    return "required" if value(body.get("required")) is True else "optional"


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
    for status in gone:
        in_code = types[0][status] not in (None, *kept[0])
        change = Change(
            f"{_kind(status)}-response-removed", before[status], new, status, None, in_code
        )
        yield Difference(change, received.shared(f"response {status}"))
    for status in added:
        in_code = types[1][status] not in (None, *kept[1])
        change = Change(
            f"{_kind(status)}-response-added", old, after[status], None, status, in_code
        )
        yield Difference(change, received.shared(f"response {status}"))
    pairs += [(status, status) for status in before if status in after]
    for was, now in pairs:
        yield from _response(now, before[was], after[now], received, documents)


def _names_class(document: ComparedDocument, response: Node) -> bool:
    content = document.resolve(response)[0].get("content")
    known = read_types(media_types(content), is_sent=False)
    schemas = (media_types(content)[name].get("schema") for name in known)
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


def _kind(status: str) -> str:
    return "success" if _succeeds(status) else "error"


def _response(
    status: str, old: Node, new: Node, scope: Scope, documents: Documents
) -> Iterator[Item]:
    found = documents.resolve(old, new)
    if found:
        yield from _headers(*found, scope.about(f"response {status}"), documents)
        yield Pair("response", *found, scope.about(f"response {status} of {scope.subject}"))


def _headers(old: Node, new: Node, scope: Scope, documents: Documents) -> Iterator[Item]:
    holders = old.get("headers") or old, new.get("headers") or new
    before, after = (_by_lower_name(node.get("headers")) for node in (old, new))
    for key in {**before, **after}:
        name, node = before.get(key, (key, None))
        name, other = after.get(key, (name, None))
        position = scope.position.outside_code()  # the generator ignores headers
        if key == "content-type":  # OpenAPI ignores such a definition
            position = position._replace(direction=Direction.UNUSED)
        inner = scope.shared(f"header {name} of {scope.subject}").at(position)
        if node is None or other is None:
            rule = "response-header-added" if node is None else "response-header-removed"
            values = (name, None) if other is None else (None, name)
            change = Change(rule, node or holders[0], other or holders[1], *values)
            yield Difference(change, inner)
        elif found := documents.resolve(node, other):
            yield Pair("header", *found, inner)


def _by_lower_name(headers: Node | None) -> dict[str, tuple[str, Node]]:
    """Index headers by their case-insensitive names."""
    members = headers.members() if headers is not None else ()
    return {name.lower(): (name, node) for name, node in members}


def compare_header(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare two headers of a response."""
    for field, when_true, when_false in _HEADER_FLAGS:
        before, after = (value(node.get(field)) is True for node in (old, new))
        if before != after:
            yield Change(when_true if after else when_false, old, new, before, after)
    styles = [text(node.get("style"), "simple") for node in (old, new)]
    if styles[0] != styles[1]:
        yield Change("header-style-changed", old, new, styles[0], styles[1])
    yield from compare_content_schemas(old, new, scope.at(scope.position._replace(text="once")))
    yield from compare_content(old.get("content"), new.get("content"), scope.about(scope.subject))


def compare_response(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare the body and the links of two responses; the caller compares the headers."""
    before, after = old.get("links"), new.get("links")
    if not is_same(before, after):
        yield member_change("links-changed", old, new, before, after)
    content = [node if value(node) else None for node in (old.get("content"), new.get("content"))]
    if content[0] is None and content[1] is not None:
        yield Change("response-body-added", old, content[1], None, sorted(content[1].value))
    elif content[1] is None and content[0] is not None:
        yield Change("response-body-removed", content[0], new, sorted(content[0].value))
    else:
        yield from compare_content(content[0], content[1], scope)
