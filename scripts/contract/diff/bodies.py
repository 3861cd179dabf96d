"""Compare what a body may be: required or not, its media types, the schema of each."""

from scripts.contract.diff.context import Context
from scripts.contract.diff.rules import Position
from scripts.contract.diff.structure import same
from scripts.contract.openapi.nodes import Node, value
from scripts.contract.openapi.references import is_unresolved


def compare_request(context: Context, old: Node, new: Node) -> None:
    """Compare the request bodies of two operations."""
    subject = f"request body of {context.label}"
    mine, other = old.get("requestBody"), new.get("requestBody")
    if mine is None and other is None:
        return
    if other is None:
        context.report("request-body-removed", subject, mine or old, new, True)
        return
    theirs, _ = context.walk.new.resolve(other)
    required = value(theirs.get("required")) is True
    if mine is None:
        how = "required" if required else "optional"
        context.report(f"request-body-added-{how}", subject, old, other, None, True)
        return
    ours, _ = context.walk.old.resolve(mine)
    if is_unresolved(ours, theirs):
        return  # told as a problem
    was = value(ours.get("required")) is True
    if was != required:
        rule = "request-body-became-required" if required else "request-body-became-optional"
        context.report(rule, subject, ours, theirs, was, required)
    context.walk.unknown_fields(
        "request-body", ours, theirs, context.sent, subject, context.operation
    )
    compare_content(context, subject, ours.get("content"), theirs.get("content"), context.sent)


def compare_content(
    context: Context, subject: str, old: Node | None, new: Node | None, position: Position
) -> None:
    """Compare what a body may be: media types, and the schema of each."""
    ours, theirs = _media_types(old), _media_types(new)
    gone = [name for name in ours if name not in theirs]
    added = [name for name in theirs if name not in ours]
    mine, other = old or new, new or old
    if mine is None or other is None:
        return
    places = mine, other
    if ours and theirs and len(gone) == len(ours) and len(added) == len(theirs):
        context.report(
            "media-types-replaced", subject, *places, sorted(gone), sorted(added), position=position
        )
        if len(gone) == len(added) == 1:
            theirs = {gone[0]: theirs[added[0]]}
    else:
        for name in gone:
            context.report(
                "media-type-removed", subject, ours[name], places[1], name, position=position
            )
        for name in added:
            context.report(
                "media-type-added", subject, places[0], theirs[name], None, name, position=position
            )
    for name, node in ours.items():
        if name in theirs:
            _media_type(context, subject, node, theirs[name], position)


def _media_types(content: Node | None) -> dict[str, Node]:
    """Give the media types by name; a charset does not make another one."""
    if content is None:
        return {}
    return {
        name.lower().replace(" ", "").partition(";charset=")[0]: node
        for name, node in content.members()
    }


def _media_type(context: Context, subject: str, old: Node, new: Node, position: Position) -> None:
    context.walk.unknown_fields("media-type", old, new, position, subject, context.operation)
    before, after = old.get("encoding"), new.get("encoding")
    if not same(before, after):
        context.report(
            "encoding-changed",
            subject,
            before or old,
            after or new,
            value(before),
            value(after),
            position=position,
        )
    ours, theirs = old.get("schema"), new.get("schema")
    if ours is not None or theirs is not None:
        nothing = old.child("schema", {}), new.child("schema", {})
        context.schemas.visit(
            ours or nothing[0], theirs or nothing[1], position, subject, context.operation
        )
