"""Compare the addresses an API is served from."""

from scripts.contract.diff.context import Context
from scripts.contract.diff.structure import same
from scripts.contract.openapi.nodes import Node, text, value


def compare(context: Context, old: tuple[Node, ...], new: tuple[Node, ...]) -> None:
    """Compare the servers of two operations: their own, their path's, or the document's."""
    if context.turned:
        return  # where an app listens is not the document's to say
    ours = _servers((*old, context.walk.old.root))
    theirs = _servers((*new, context.walk.new.root))
    for url in {**ours, **theirs}:
        mine, other = ours.get(url), theirs.get(url)
        subject = f"server {url}"
        position = context.sent.outside_code()
        if mine is None or other is None:
            rule = "server-added" if mine is None else "server-removed"
            before, after = (url, None) if other is None else (None, url)
            places = mine or context.walk.old.root, other or context.walk.new.root
            context.report(rule, subject, *places, before, after, position=position, cause=subject)
            continue
        before, after = value(mine.get("variables")), value(other.get("variables"))
        if not same(mine.get("variables"), other.get("variables")):
            context.report(
                "server-variable-changed",
                subject,
                mine,
                other,
                before,
                after,
                position=position,
                cause=subject,
            )
        context.walk.unknown_fields(
            "server", mine, other, position, subject, context.operation, subject
        )


def _servers(holders: tuple[Node, ...]) -> dict[str, Node]:
    for holder in holders:
        listed = holder.get("servers")
        if listed is not None and listed.value:
            return {text(node.get("url"), "/").rstrip("/") or "/": node for node in listed.items()}
    return {"/": holders[-1].child("servers", {})}
