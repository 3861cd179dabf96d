"""Compare the security schemes of both documents."""

from collections.abc import Iterator
from typing import Any

from scripts.diff.changes import Change, Difference, Item, Scope, member_change
from scripts.diff.compare.document import resolved
from scripts.diff.compare.members import (
    Field,
    compare_fields,
    compare_members,
    compare_named_members,
)
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node, canonical, text, value
from scripts.openapi.pointers import last_name, parent
from scripts.openapi.references import Source

_DEFINING = {"apiKey": {"type", "name", "in"}, "http": {"type", "scheme"}}
_DEFINING_BY_DEFAULT = {"type", "flows", "openIdConnectUrl"}
_URLS = ("authorizationUrl", "deviceAuthorizationUrl", "tokenUrl")


def compare_schemes(documents: Documents) -> Iterator[Item]:
    """Compare all schemes: added, removed and changed ones."""
    position = Position(Direction.REQUEST, in_code=False)
    defined, redefined = (each.components("securitySchemes") for each in documents)
    yield from compare_members(
        "security-scheme",
        (defined, redefined),
        (documents.old.root, documents.new.root),
        lambda name: Scope(("scheme", name), position, f"security scheme {name}"),
    )


def compare_scheme(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare two schemes of one type."""
    if value(old.get("type")) != value(new.get("type")):
        yield _field("security-scheme-type-changed", old, new, "type")
        return
    yield from compare_fields(_FIELDS.get(text(new.get("type")), ()), old, new)
    yield from compare_named_members(
        "oauth-flow", "flows", old, new, lambda flow: scope.about(f"{scope.subject}, flow {flow}")
    )


def _field(rule: str, old: Node, new: Node, field: str) -> Change:
    return member_change(rule, old, new, old.get(field), new.get(field))


def compare_flow(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare two OAuth flows of one kind."""
    for field in _URLS:
        if resolved(text(old.get(field))) != resolved(text(new.get(field))):
            change = _field("oauth-url-changed", old, new, field)
            yield Difference(change, scope.part(f", {field}"))
    # Without a refreshUrl, a token is refreshed at its tokenUrl.
    stated = [each.get("refreshUrl") for each in (old, new)]
    own = [each.get("refreshUrl") or each.get("tokenUrl") for each in (old, new)]
    if any(stated) and resolved(text(own[0])) != resolved(text(own[1])):
        rule = "oauth-refresh-url-added" if stated[0] is None else "oauth-refresh-url-removed"
        change = _field("oauth-url-changed" if all(stated) else rule, old, new, "refreshUrl")
        yield Difference(change, scope.part(", refreshUrl"))
    yield from compare_named_members("oauth-scope", "scopes", old, new, lambda _: scope)


def find_scheme(source: Source, name: str) -> Node | None:
    """Return the definition of a security scheme; None if it is undefined.

    From OpenAPI 3.2 on, a name that is no component's is the URI of a scheme.
    """
    node = source.components("securitySchemes").get(name)
    if node is None and "#" in name and source.has(name):
        node = Node({"$ref": name}, "")
    return source.resolve(node)[0] if node is not None else None


def scheme_name(source: Source, name: str) -> str:
    """Return the component name of a scheme that a requirement names, by name or URI."""
    if name not in source.components("securitySchemes"):
        scheme = find_scheme(source, name)
        if scheme and not scheme.file and parent(scheme.pointer) == "/components/securitySchemes":
            return last_name(scheme.pointer)
    return name


def is_defined_alike(old: Node, new: Node) -> bool:
    """Return whether two schemes differ in their names only."""
    return _definition(old) == _definition(new)


def _definition(scheme: Node) -> str:
    defining = _DEFINING.get(text(scheme.get("type")), _DEFINING_BY_DEFAULT)
    return canonical(
        {
            field: _effective_value(scheme, field)
            for field, _ in scheme.members()
            if field in defining
        }
    )


def _effective_value(scheme: Node, field: str) -> Any:
    """Return the value of a field; names of HTTP schemes and headers are case-insensitive."""
    stated = value(scheme.get(field))
    if field == "openIdConnectUrl" and isinstance(stated, str):
        return resolved(stated)
    caseless = field == "scheme" or (field == "name" and value(scheme.get("in")) == "header")
    return stated.lower() if caseless and isinstance(stated, str) else stated


def _effective(name: str, rule: str) -> Field:
    return Field(name, rule, lambda scheme: canonical(_effective_value(scheme, name)))


_FIELDS = {
    "apiKey": (
        _effective("name", "api-key-name-changed"),
        _effective("in", "api-key-place-changed"),
    ),
    "http": (
        _effective("scheme", "http-scheme-changed"),
        _effective("bearerFormat", "bearer-format-changed"),
    ),
    "openIdConnect": (_effective("openIdConnectUrl", "openid-url-changed"),),
}
