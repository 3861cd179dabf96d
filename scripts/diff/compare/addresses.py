"""The addresses of an operation: the URLs of its servers, and its path below them."""

import re
from collections.abc import Iterator

from scripts.diff.changes import Change, Difference, Item, Scope
from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.members import compare_members
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node, text
from scripts.openapi.paths import Operation, template

_ABSOLUTE = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)(.*)", re.DOTALL)
_FILE_HOST = "document.invalid"  # stands for the host of a document that is a file
_PORTS = {"http": ":80", "https": ":443"}


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
