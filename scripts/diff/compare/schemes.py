"""Compare the security schemes of both documents."""

from collections.abc import Iterator
from typing import Any

from scripts.diff.changes import Change, Difference, Item, Pair, Scope, member_change
from scripts.diff.compare.addresses import resolved
from scripts.diff.compare.proofs import Documents
from scripts.diff.rules import Direction, Position
from scripts.openapi.nodes import Node, canonical, matched, text, value
from scripts.openapi.pointers import last_name, parent
from scripts.openapi.references import Source

_FIELDS = {
    "apiKey": {"name": "api-key-name-changed", "in": "api-key-place-changed"},
    "http": {"scheme": "http-scheme-changed", "bearerFormat": "bearer-format-changed"},
    "openIdConnect": {"openIdConnectUrl": "openid-url-changed"},
}
_DEFINING = {"apiKey": {"type", "name", "in"}, "http": {"type", "scheme"}}
_DEFINING_BY_DEFAULT = {"type", "flows", "openIdConnectUrl"}
_URLS = ("authorizationUrl", "deviceAuthorizationUrl", "tokenUrl")


def compare_schemes(documents: Documents) -> Iterator[Item]:
    """Compare all schemes: added, removed and changed ones."""
    position = Position(Direction.REQUEST, in_code=False)
    defined, redefined = (each.components("securitySchemes") for each in documents)
    for name in {**defined, **redefined}:
        old, new = defined.get(name), redefined.get(name)
        scope = Scope(("scheme", name), position, f"security scheme {name}")
        before = old and documents.old.resolve(old)[0]
        after = new and documents.new.resolve(new)[0]
        if before is None and after is not None:
            change = Change("security-scheme-defined", documents.old.root, after, None, name)
            yield Difference(change, scope)
        elif after is None and before is not None:
            change = Change("security-scheme-undefined", before, documents.new.root, name)
            yield Difference(change, scope)
        elif before is not None and after is not None:
            if value(before.get("type")) == value(after.get("type")):
                yield Pair("security-scheme", before, after, scope)
            else:
                yield Difference(
                    _field("security-scheme-type-changed", before, after, "type"), scope
                )


def compare_scheme(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare two schemes of one type."""
    kind = value(new.get("type"))
    for field, rule in _FIELDS.get(kind if isinstance(kind, str) else "", {}).items():
        is_same = value(old.get(field)) == value(new.get(field))
        if not is_same and canonical(_effective_value(old, field)) != canonical(
            _effective_value(new, field)
        ):
            yield _field(rule, old, new, field)
    if kind == "oauth2":
        yield from _flows(old, new, scope)


def _field(rule: str, old: Node, new: Node, field: str) -> Change:
    return member_change(rule, old, new, old.get(field), new.get(field))


def _flows(old: Node, new: Node, scope: Scope) -> Iterator[Item]:
    for flow, before, after in matched(old.get("flows"), new.get("flows")):
        inner = scope.about(f"{scope.subject}, flow {flow}")
        if flow.startswith("x-"):
            continue
        if before is None:
            yield Difference(Change("oauth-flow-added", old, after or new, None, flow), inner)
        elif after is None:
            yield Difference(Change("oauth-flow-removed", before, new, flow), inner)
        else:
            yield Pair("oauth-flow", before, after, inner)


def compare_flow(old: Node, new: Node, scope: Scope, _: Documents) -> Iterator[Item]:
    """Compare two OAuth flows of one kind."""
    for field in _URLS:
        if resolved(text(old.get(field))) != resolved(text(new.get(field))):
            change = _field("oauth-url-changed", old, new, field)
            yield Difference(change, scope.part(f", {field}"))
    # Without a refreshUrl, a token is refreshed at its tokenUrl.
    stated = [each.get("refreshUrl") for each in (old, new)]
    own = [node or each.get("tokenUrl") for node, each in zip(stated, (old, new), strict=True)]
    if any(stated) and resolved(text(own[0])) != resolved(text(own[1])):
        rule = "oauth-refresh-url-added" if stated[0] is None else "oauth-refresh-url-removed"
        change = _field("oauth-url-changed" if all(stated) else rule, old, new, "refreshUrl")
        yield Difference(change, scope.part(", refreshUrl"))
    for name, before, after in matched(old.get("scopes"), new.get("scopes")):
        if before is None:
            yield Change("oauth-scope-defined", old, after or new, None, name)
        elif after is None:
            yield Change("oauth-scope-undefined", before, new, name)


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
