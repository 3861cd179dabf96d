"""Compare the document's own fields: version, title, tags and wire facts, and its servers.

The addresses of an operation are the URLs of its servers, each with its path.
"""

import re
from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Pair, Scope, member_change
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.fields import BOUNDS
from scripts.diff.compare.members import compare_members
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node, matched, text, value
from scripts.openapi.paths import Operation, equal_templates, template
from scripts.openapi.references import Source
from scripts.openapi.walking import NAMED

_SECTIONS = NAMED | {"mapping", "scopes"}
_NAMED = _SECTIONS - set("parameters requestBodies examples links pathItems mediaTypes".split())
"""Objects with names as keys: among the components, and elsewhere."""
_OBJECTS = _NAMED | set("info components requestBody discriminator".split())
_LISTS = frozenset("parameters security servers tags enum allOf anyOf oneOf".split())
_EXPECTED: dict[str, tuple[type | tuple[type, ...], str]] = {
    **dict.fromkeys(_OBJECTS, (dict, "an object")),
    **dict.fromkeys(_LISTS, (list, "a list")),
    **dict.fromkeys(("multipleOf", *BOUNDS), ((int, float), "a number")),
    **dict.fromkeys(("$ref", "pattern", "format", "operationId", "title"), (str, "text")),
    **dict.fromkeys(("nullable", "uniqueItems", "deprecated"), (bool, "true or false")),
    "type": ((str, list), "text or a list"),
}
"""The type that a field must have, in any object."""
_DATA = frozenset("example examples default enum const links dependentRequired".split())
_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)", re.DOTALL)
_FILE_HOST = "document.invalid"  # stands for the host of a document that is a file
_PORTS = {"http": ":80", "https": ":443"}


def compare_document(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare everything outside operations and schemas."""
    for kind, subject in (("info", "the API"), ("components", "components")):
        pair = old.get(kind) or old.child(kind, {}), new.get(kind) or new.child(kind, {})
        yield Pair(kind, *pair, scope.about(subject))
    tags = _named_tags(old), _named_tags(new)
    yield from compare_members("tag", tags, (old, new), lambda name: scope.about(f"tag {name}"))
    received = scope.at(scope.position.opposite())
    for fact, before, after in matched(old.get("x-wire"), new.get("x-wire")):
        answers = [each and each.get("answer") for each in (before, after)]
        if value(answers[0]) != value(answers[1]):  # what OpenAPI cannot express
            question = text((before or after or old).get("asks")) or fact
            change = member_change("wire-fact-changed", old, new, *answers)
            yield Difference(change, received.about(f'"{question}"'))


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


def resolved(url: str, location: str = "") -> str:
    """Return the normal form of a URL; a relative one is resolved against the document's URL."""
    found = _ABSOLUTE.fullmatch(url)
    if found is None:
        from urllib.parse import urljoin  # slow to import, and rarely needed

        base = location if _ABSOLUTE.fullmatch(location) else f"https://{_FILE_HOST}/"
        url = urljoin(base, url)
        found = _ABSOLUTE.fullmatch(url)
    if found is None:
        return url
    scheme, host, path = found[1].lower(), found[2].lower(), found[3].rstrip("/")
    host = host.removesuffix(_PORTS.get(scheme, " "))
    return path or "/" if host == _FILE_HOST else f"{scheme}://{host}{path}"


def urls(document: ComparedDocument, operation: Operation) -> frozenset[str]:
    """Return all URLs of an operation; path parameters have no name in them."""
    path = template(operation.path)
    return frozenset(base.rstrip("/") + path for base in _servers(document, operation))


def compare_servers(
    old: Operation, new: Operation, scope: Scope, documents: Documents
) -> Iterator[Item]:
    """Compare the servers of two operations: of the operation, its path, or the document."""
    if scope.position.direction is not Direction.REQUEST:
        return  # the document does not decide where an app listens
    before, after = _servers(documents.old, old), _servers(documents.new, new)
    inner = scope.at(scope.position.outside_code())
    if is_same_address(old, new, documents):
        if template(old.path) != template(new.path):
            names = sorted(before), sorted(after)
            one, other = (each.root.get("servers") or each.root for each in documents)
            change = Change("base-path-moved", one, other, *names)
            yield Difference(change, inner.shared("the base path"))
        before = after = {}
    holders = documents.old.root, documents.new.root
    yield from compare_members(
        "server", (before, after), holders, lambda url: inner.shared(f"server {url}")
    )


def is_same_address(old: Operation, new: Operation, documents: Documents) -> bool:
    """Return whether two operations on different paths are served at the same URLs."""
    return template(old.path) != template(new.path) and urls(documents.old, old) == urls(
        documents.new, new
    )


def _servers(document: ComparedDocument, operation: Operation) -> dict[str, Node]:
    for holder in (operation.node, operation.item, document.root):
        listed = holder.get("servers")
        if listed is not None and listed.value:
            return {
                resolved(text(node.get("url"), "/"), document.location): node
                for node in listed.items()
            }
    return {resolved("/", document.location): document.root.child("servers", {})}
