"""Compare responses: which statuses there are, and the body and headers of each."""

from scripts.contract.diff import bodies
from scripts.contract.diff.context import Context
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.diff.structure import same
from scripts.contract.openapi.nodes import Node, text, value
from scripts.contract.openapi.references import is_unresolved


def compare(context: Context, old: Node, new: Node) -> None:
    """Compare the responses of two operations, status by status."""
    ours, theirs = _responses(old), _responses(new)
    gone = [status for status in ours if status not in theirs]
    added = [status for status in theirs if status not in ours]
    left, right = ([s for s in each if _succeeds(s)] for each in (gone, added))
    if len(left) == len(right) == 1:
        before, after = left[0], right[0]
        _report(
            context, "success-status-changed", after, ours[before], theirs[after], before, after
        )
        _response(context, after, ours[before], theirs[after])
        gone.remove(before)
        added.remove(after)
    for status in gone:
        kind = "success" if _succeeds(status) else "error"
        _report(context, f"{kind}-response-removed", status, ours[status], new, status, None)
    for status in added:
        kind = "success" if _succeeds(status) else "error"
        _report(context, f"{kind}-response-added", status, old, theirs[status], None, status)
    for status, node in ours.items():
        if status in theirs:
            _response(context, status, node, theirs[status])


def _responses(operation: Node) -> dict[str, Node]:
    node = operation.get("responses")
    if node is None:
        return {}
    return {status: each for status, each in node.members() if not status.startswith("x-")}


def _succeeds(status: str) -> bool:
    return status.startswith(("1", "2", "3"))


def _report(
    context: Context, rule: str, status: str, old: Node, new: Node, before: object, after: object
) -> None:
    """Note a status; the same one on many operations is one cause."""
    subject = f"response {status}"
    context.report(rule, subject, old, new, before, after, position=context.received, cause=subject)


def _response(context: Context, status: str, old: Node, new: Node) -> None:
    subject = f"response {status} of {context.label}"
    ours, theirs = context.walk.old.resolve(old)[0], context.walk.new.resolve(new)[0]
    if is_unresolved(ours, theirs):
        return  # told as a problem
    position = context.received
    context.walk.unknown_fields("response", ours, theirs, position, subject, context.operation)
    _headers(context, status, ours.get("headers"), theirs.get("headers"), (ours, theirs))
    links = ours.get("links"), theirs.get("links")
    if not same(*links):
        context.report(
            "links-changed",
            subject,
            links[0] or ours,
            links[1] or theirs,
            value(links[0]),
            value(links[1]),
            position=position,
        )
    before, after = (
        node if value(node) else None for node in (ours.get("content"), theirs.get("content"))
    )
    if before is None and after is not None:
        types = sorted(after.value)
        context.report("response-body-added", subject, ours, after, None, types, position=position)
    elif after is None and before is not None:
        types = sorted(before.value)
        context.report("response-body-removed", subject, before, theirs, types, position=position)
    else:
        bodies.compare_content(context, subject, before, after, position)


def _headers(
    context: Context, status: str, old: Node | None, new: Node | None, holders: tuple[Node, Node]
) -> None:
    for name, mine, other in _by_lower_name(old, new):
        position = _position(context, name)
        subject = f"header {name} of response {status}"
        if mine is None or other is None:
            rule = "response-header-added" if mine is None else "response-header-removed"
            before, after = (name, None) if other is None else (None, name)
            ours, theirs = mine or old or holders[0], other or new or holders[1]
            context.report(
                rule, subject, ours, theirs, before, after, position=position, cause=subject
            )
            continue
        ours, theirs = context.walk.old.resolve(mine)[0], context.walk.new.resolve(other)[0]
        if not is_unresolved(ours, theirs):
            _header(context, subject, ours, theirs, position)


def _position(context: Context, name: str) -> Position:
    """Place a header; the generator makes nothing of answers' headers."""
    if name.lower() == "content-type":  # OpenAPI: such a definition does not count
        return Position(Direction.UNUSED, in_code=False)
    return context.received.outside_code()


def _by_lower_name(
    old: Node | None, new: Node | None
) -> list[tuple[str, Node | None, Node | None]]:
    """Match headers, whose names know no case."""
    sides = []
    for node in (old, new):
        members = node.members() if node is not None else ()
        sides.append({name.lower(): (name, each) for name, each in members})
    ours, theirs = sides
    return [
        (
            (theirs.get(key) or ours[key])[0],
            ours[key][1] if key in ours else None,
            theirs[key][1] if key in theirs else None,
        )
        for key in {**ours, **theirs}
    ]


def _header(context: Context, subject: str, old: Node, new: Node, position: Position) -> None:
    for field, when_true, when_false in (
        ("required", "response-header-became-required", "response-header-became-optional"),
        ("deprecated", "header-deprecated", "header-undeprecated"),
        ("explode", "header-style-changed", "header-style-changed"),
    ):
        before, after = (value(node.get(field)) is True for node in (old, new))
        if before != after:
            rule = when_true if after else when_false
            context.report(rule, subject, old, new, before, after, position=position, cause=subject)
    styles = [text(node.get("style"), "simple") for node in (old, new)]
    if styles[0] != styles[1]:
        context.report(
            "header-style-changed", subject, old, new, *styles, position=position, cause=subject
        )
    context.walk.unknown_fields("header", old, new, position, subject, context.operation, subject)
    ours, theirs = old.get("schema"), new.get("schema")
    if ours is not None or theirs is not None:
        nothing = old.child("schema", {}), new.child("schema", {})
        context.schemas.visit(
            ours or nothing[0],
            theirs or nothing[1],
            position,
            subject,
            context.operation,
            shared=True,
        )
    content = old.get("content"), new.get("content")
    if content[0] is not None or content[1] is not None:
        bodies.compare_content(context, subject, *content, position)
