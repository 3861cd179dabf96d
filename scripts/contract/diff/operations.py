"""Compare operations: which there are, and what each says of itself."""

from dataclasses import replace

from scripts.contract.diff import bodies, parameters, responses, security, servers
from scripts.contract.diff.context import Context
from scripts.contract.diff.matching import match
from scripts.contract.diff.names import python_name
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.diff.schemas import Schemas
from scripts.contract.diff.walk import Walk
from scripts.contract.openapi.nodes import Node, matched, text, value
from scripts.contract.openapi.paths import Operation, operations_in
from scripts.contract.openapi.references import is_unresolved


def compare(walk: Walk, schemas: Schemas) -> None:
    """Compare all operations and webhooks of both documents."""
    old, new = walk.old.root.get("paths"), walk.new.root.get("paths")
    matches = match(list(operations_in(walk.old, old)), list(operations_in(walk.new, new)))
    for operation, other in matches.same:
        compare_operation(Context(walk, schemas, other.label, other.label), operation, other)
    for operation, other in matches.moved:
        context = Context(walk, schemas, other.label, other.label)
        places = operation.node, other.node
        context.report("operation-moved", operation.id, *places, operation.label, other.label)
        compare_operation(context, operation, other)
    for operation in matches.gone:
        context = Context(walk, schemas, operation.label, operation.label)
        places = operation.node, new or walk.new.root
        context.report("operation-removed", operation.label, *places, operation.label)
    for other in matches.added:
        context = Context(walk, schemas, other.label, other.label)
        places = old or walk.old.root, other.node
        context.report("operation-added", other.label, *places, None, other.label)
    _path_items(walk, matches.same)
    _called(
        Context(walk, schemas, "", "webhook", turned=True, in_code=False),
        "webhook",
        *(
            source.root.get("webhooks") or source.root.child("webhooks", {})
            for source in (walk.old, walk.new)
        ),
    )


def _path_items(walk: Walk, same: list[tuple[Operation, Operation]]) -> None:
    """Note what differs in path items beyond their operations."""
    items = {(each.item.pointer, other.item.pointer): (each, other) for each, other in same}
    position = Position(Direction.REQUEST)
    for operation, other in items.values():
        places = operation.item, other.item
        walk.unknown_fields("path-item", *places, position, other.path, other.label)


def compare_operation(context: Context, old: Operation, new: Operation) -> None:
    """Compare two operations that are the same one."""
    _names(context, old.node, new.node)
    _deprecation(context, old.node, new.node)
    parameters.compare(context, old, new)
    bodies.compare_request(context, old.node, new.node)
    responses.compare(context, old.node, new.node)
    security.compare(context, old.node, new.node)
    servers.compare(context, (old.node, old.item), (new.node, new.item))
    _callbacks(context, old.node, new.node)
    context.walk.unknown_fields(
        "operation", old.node, new.node, context.sent, context.label, context.operation
    )


def _names(context: Context, old: Node, new: Node) -> None:
    before, after = text(old.get("operationId")), text(new.get("operationId"))
    if before != after:
        renamed = python_name(before) != python_name(after)
        context.report(
            "operation-id-renamed",
            context.label,
            old.get("operationId") or old,
            new.get("operationId") or new,
            before or None,
            after or None,
            position=context.sent if renamed else context.sent.outside_code(),
            cause=_edit(before, after),
        )
    ours, theirs = (
        [str(tag) for tag in tags] if isinstance(tags := value(node.get("tags")), list) else []
        for node in (old, new)
    )
    if ours == theirs:
        return
    first = [python_name(tags[0]) if tags else "default" for tags in (ours, theirs)]
    moved = first[0] != first[1]
    if moved or set(ours) != set(theirs):
        rule = "operation-module-changed" if moved else "operation-tags-changed"
        places = old.get("tags") or old, new.get("tags") or new
        context.report(rule, context.label, *places, ours or None, theirs or None, cause=f"{rule}")


def _edit(before: str, after: str) -> str | None:
    """Name what was done to an operationId, so that one suffix on many of them is one cause."""
    if not before or not after:
        return None
    start = next(
        (i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b),
        min(len(before), len(after)),
    )
    rest = before[start:], after[start:]
    end = 0
    while end < min(map(len, rest)) and rest[0][-1 - end] == rest[1][-1 - end]:
        end += 1
    gone, come = (part[: len(part) - end] for part in rest)
    if not gone or not come:  # something was only put in, or only taken away
        at = "start" if start == 0 else "end" if end == 0 else "middle"
        return f"operationId {at}: -{gone} +{come}"
    return None


def _deprecation(context: Context, old: Node, new: Node) -> None:
    before, after = (value(node.get("deprecated")) is True for node in (old, new))
    if before != after:
        rule = "operation-deprecated" if after else "operation-undeprecated"
        places = old.get("deprecated") or old, new.get("deprecated") or new
        context.report(rule, context.label, *places, before, after)


def _callbacks(context: Context, old: Node, new: Node) -> None:
    walk = context.walk
    for name, mine, other in matched(old.get("callbacks"), new.get("callbacks")):
        label = f"{context.label} callback {name}"
        if mine is None:
            context.report("callback-added", label, old, other or new, None, name)
        elif other is None:
            context.report("callback-removed", label, mine, new, name)
        else:
            there = replace(context, label=label, turned=not context.turned, in_code=False)
            ours, theirs = walk.old.resolve(mine)[0], walk.new.resolve(other)[0]
            if not is_unresolved(ours, theirs):
                _called(there, "callback", ours, theirs)


def _called(context: Context, kind: str, old: Node, new: Node) -> None:
    """Compare the operations that the server calls, matched by the text of their key."""
    ours, theirs = (
        {(each.method, each.path): each for each in operations_in(source, node)}
        for source, node in ((context.walk.old, old), (context.walk.new, new))
    )
    for method, path in {**ours, **theirs}:
        mine, other = ours.get((method, path)), theirs.get((method, path))
        label = f"{context.label} {method.upper()} {path}"
        if mine is not None and other is not None:
            called = context.operation or label
            compare_operation(replace(context, label=label, operation=called), mine, other)
        elif other is not None:
            context.report(f"{kind}-added", label, old, other.node, None, label)
        elif mine is not None:
            context.report(f"{kind}-removed", label, mine.node, new, label)
