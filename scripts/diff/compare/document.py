"""Compare the document's own fields: version, title, tags, servers and wire facts."""

from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Pair, Scope, member_change
from scripts.diff.compare.proofs import Documents
from scripts.openapi.nodes import Node, matched, text, value
from scripts.openapi.paths import equal_templates
from scripts.openapi.references import Source

_NAMED = frozenset(
    "paths webhooks callbacks schemas securitySchemes responses content headers "
    "properties patternProperties dependentSchemas definitions $defs mapping variables flows "
    "scopes encoding additionalOperations".split()
)
"""Objects with names as keys."""
_SECTIONS = _NAMED | set("parameters requestBodies examples links pathItems mediaTypes".split())
_OBJECTS = _NAMED | set("info components requestBody discriminator".split())
_LISTS = frozenset("parameters security servers tags enum allOf anyOf oneOf".split())
_NUMBERS = (
    "minimum maximum multipleOf minLength maxLength minItems maxItems minProperties maxProperties"
)
_EXPECTED: dict[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(_OBJECTS, (dict, "an object")),
    **dict.fromkeys(_LISTS, (list, "a list")),
    **dict.fromkeys(_NUMBERS.split(), ((int, float), "a number")),
    **dict.fromkeys(("$ref", "pattern", "format", "operationId", "title"), (str, "text")),
    **dict.fromkeys(("nullable", "uniqueItems", "deprecated"), (bool, "true or false")),
    "type": ((str, list), "text or a list"),
}
"""The type that a field must have, in any object."""
_DATA = frozenset("example examples default enum const links dependentRequired".split())


def compare_document(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare everything outside operations and schemas."""
    document, api = scope.about("the document"), scope.about("the API")
    info = old.get("info") or old, new.get("info") or new
    yield from document.add_to(_field("openapi-version-changed", old, new, "openapi", parts=2))
    yield from document.add_to(_field("dialect-changed", old, new, "jsonSchemaDialect"))
    yield from api.add_to(_field("info-title-changed", *info, "title"))
    yield from api.add_to(_field("info-version-changed", *info, "version"))
    for kind in ("info", "components"):
        before, after = old.get(kind), new.get(kind)
        if before is not None and after is not None:
            yield Pair(kind, before, after, scope.about(kind))
    yield from _tags(old, new, scope)
    yield from _facts(old, new, scope)


def _field(rule: str, old: Node, new: Node, field: str, parts: int = 9) -> Iterator[Change]:
    before, after = old.get(field), new.get(field)
    texts = [str(value(node)).split(".")[:parts] for node in (before, after)]
    if texts[0] != texts[1]:
        yield member_change(rule, old, new, before, after)


def _facts(old: Node, new: Node, scope: Scope) -> Iterator[Difference]:
    """Compare the wire facts (`x-wire`), which OpenAPI cannot express."""
    received = scope.at(scope.position.opposite())
    for fact, before, after in matched(old.get("x-wire"), new.get("x-wire")):
        answers = [each and each.get("answer") for each in (before, after)]
        if value(answers[0]) != value(answers[1]):
            question = text((before or after or old).get("asks")) or fact
            change = member_change("wire-fact-changed", old, new, *answers)
            yield Difference(change, received.about(f'"{question}"'))


def _tags(old: Node, new: Node, scope: Scope) -> Iterator[Item]:
    before, after = _named_tags(old), _named_tags(new)
    for name in {**before, **after}:
        inner = scope.about(f"tag {name}")
        if name not in before:
            yield Difference(Change("tag-added", old, after[name], None, name), inner)
        elif name not in after:
            yield Difference(Change("tag-removed", before[name], new, name), inner)
        else:
            yield Pair("tag", before[name], after[name], inner)


def _named_tags(root: Node) -> dict[str, Node]:
    tags = root.get("tags")
    return {text(node.get("name")): node for node in tags.items()} if tags is not None else {}


def report_malformed(source: Source) -> None:
    """Report fields of the wrong type, and paths with the same template, as problems."""
    paths = dict(source.root.child("paths", value(source.root.get("paths"))).members())
    for earlier, path in equal_templates(paths):
        source.problem(paths[path], f"the paths {earlier} and {path} are the same template")
    pending = [(source.root, False)]
    while pending:
        node, named = pending.pop()
        components = node.pointer == "/components"
        for key, item in node.value.items() if isinstance(node.value, dict) else ():
            if not named:
                kind, words = _EXPECTED.get(key, (object, ""))
                is_section = components and key == "parameters"
                if not (isinstance(item, kind) or is_section):
                    source.problem(node.child(key, item), f"{key!r} must be {words}")
                if key in _DATA or key.startswith("x-"):
                    continue
            if isinstance(item, dict):
                names = _SECTIONS if components else _NAMED
                pending.append((node.child(key, item), not named and key in names))
            elif isinstance(item, list) and key != "security":
                pending += [(each, False) for each in node.child(key, item).items()]
