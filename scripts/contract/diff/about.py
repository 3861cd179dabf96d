"""Compare what a document says of itself: its version, its title, its tags."""

from scripts.contract.diff.rules import Direction, Position
from scripts.contract.diff.walk import Walk
from scripts.contract.openapi.nodes import Node, matched, text, value

_POSITION = Position(Direction.REQUEST, in_code=False)


def compare(walk: Walk) -> None:
    """Report what differs beside operations and schemas."""
    old, new = walk.old.root, walk.new.root
    walk.unknown_fields("document", old, new, _POSITION, "document")
    _one(walk, "openapi-version-changed", "the document", old, new, "openapi", parts=2)
    _one(walk, "dialect-changed", "the document", old, new, "jsonSchemaDialect")
    ours, theirs = old.get("info") or old, new.get("info") or new
    if ours is not old and theirs is not new:
        walk.unknown_fields("info", ours, theirs, _POSITION, "info")
    _one(walk, "info-title-changed", "the API", ours, theirs, "title")
    _one(walk, "info-version-changed", "the API", ours, theirs, "version")
    _components(walk)
    _tags(walk)
    _facts(walk)


def _one(
    walk: Walk, rule: str, subject: str, old: Node, new: Node, field: str, parts: int = 9
) -> None:
    before, after = value(old.get(field)), value(new.get(field))
    if str(before).split(".")[:parts] != str(after).split(".")[:parts]:
        places = old.get(field) or old, new.get(field) or new
        walk.report(rule, _POSITION, subject, *places, before, after)


def _components(walk: Walk) -> None:
    old, new = walk.old.root.get("components"), walk.new.root.get("components")
    if old is not None and new is not None:
        walk.unknown_fields("components", old, new, _POSITION, "components")


def _facts(walk: Walk) -> None:
    """Compare the answers to what OpenAPI has no words for; `x-wire` is our own."""
    position = Position(Direction.RESPONSE, in_code=False)
    old, new = walk.old.root, walk.new.root
    for fact, mine, other in matched(old.get("x-wire"), new.get("x-wire")):
        ours, theirs = (each and each.get("answer") for each in (mine, other))
        before, after = value(ours), value(theirs)
        if before != after:
            subject = f'"{text((mine or other or old).get("asks")) or fact}"'
            places = ours or old, theirs or new
            walk.report("wire-fact-changed", position, subject, *places, before, after)


def _tags(walk: Walk) -> None:
    ours, theirs = _named(walk.old.root), _named(walk.new.root)
    for name in {**ours, **theirs}:
        mine, other = ours.get(name), theirs.get(name)
        if mine is None and other is not None:
            walk.report("tag-added", _POSITION, f"tag {name}", walk.old.root, other, None, name)
        elif other is None and mine is not None:
            walk.report("tag-removed", _POSITION, f"tag {name}", mine, walk.new.root, name)
        elif mine is not None and other is not None:
            walk.unknown_fields("tag", mine, other, _POSITION, f"tag {name}")


def _named(root: Node) -> dict[str, Node]:
    tags = root.get("tags")
    return {text(node.get("name")): node for node in tags.items()} if tags is not None else {}
