"""Compare the security schemes that both documents define."""

from scripts.contract.diff.rules import Direction, Position
from scripts.contract.diff.security import meant, same_kind, schemes_of
from scripts.contract.diff.walk import Walk
from scripts.contract.openapi.nodes import Node, canonical, matched, value

_POSITION = Position(Direction.REQUEST, in_code=False)
_FIELDS = {
    "apiKey": {"name": "api-key-name-changed", "in": "api-key-place-changed"},
    "http": {"scheme": "http-scheme-changed", "bearerFormat": "bearer-format-changed"},
    "openIdConnect": {"openIdConnectUrl": "openid-url-changed"},
}
_URLS = ("authorizationUrl", "tokenUrl", "refreshUrl")


def compare(walk: Walk) -> None:
    """Report schemes that are new, gone, or defined otherwise."""
    ours, theirs = schemes_of(walk.old), schemes_of(walk.new)
    for name in {**ours, **theirs}:
        mine, other = ours.get(name), theirs.get(name)
        subject = f"security scheme {name}"
        if mine is None and other is not None:
            walk.report(
                "security-scheme-defined",
                _POSITION,
                subject,
                walk.old.root,
                other,
                None,
                name,
                owner=("scheme", name),
            )
        elif other is None and mine is not None:
            walk.report(
                "security-scheme-undefined",
                _POSITION,
                subject,
                mine,
                walk.new.root,
                name,
                owner=("scheme", name),
            )
        elif mine is not None and other is not None:
            _compare(walk, name, mine, other)


def _compare(walk: Walk, name: str, old: Node, new: Node) -> None:
    if not same_kind(old, new):
        _report(walk, "security-scheme-type-changed", name, old, new, "type")
        return
    kind = value(new.get("type"))
    for field, rule in _FIELDS.get(kind if isinstance(kind, str) else "", {}).items():
        same = value(old.get(field)) == value(new.get(field))
        if not same and canonical(meant(old, field)) != canonical(meant(new, field)):
            _report(walk, rule, name, old, new, field)
    subject = f"security scheme {name}"
    walk.unknown_fields("security-scheme", old, new, _POSITION, subject, ("scheme", name))
    if kind == "oauth2":
        _flows(walk, name, old, new)


def _report(walk: Walk, rule: str, name: str, old: Node, new: Node, field: str) -> None:
    places = old.get(field), new.get(field)
    walk.report(
        rule,
        _POSITION,
        f"security scheme {name}",
        places[0] or old,
        places[1] or new,
        value(places[0]),
        value(places[1]),
        owner=("scheme", name),
    )


def _flows(walk: Walk, name: str, old: Node, new: Node) -> None:
    owner = ("scheme", name)
    for flow, mine, other in matched(old.get("flows"), new.get("flows")):
        subject = f"security scheme {name}, flow {flow}"
        if flow.startswith("x-"):
            continue
        if mine is None:
            walk.report(
                "oauth-flow-added", _POSITION, subject, old, other or new, None, flow, owner=owner
            )
        elif other is None:
            walk.report("oauth-flow-removed", _POSITION, subject, mine, new, flow, owner=owner)
        else:
            walk.unknown_fields("oauth-flow", mine, other, _POSITION, subject, owner)
            for field in _URLS:
                if value(mine.get(field)) != value(other.get(field)):
                    before, after = value(mine.get(field)), value(other.get(field))
                    walk.report(
                        "oauth-url-changed",
                        _POSITION,
                        f"{subject}, {field}",
                        mine.get(field) or mine,
                        other.get(field) or other,
                        before,
                        after,
                        owner=owner,
                    )
            _scopes(walk, subject, mine, other, owner)


def _scopes(walk: Walk, subject: str, old: Node, new: Node, owner: tuple[str, str]) -> None:
    for scope, mine, other in matched(old.get("scopes"), new.get("scopes")):
        if mine is None:
            walk.report(
                "oauth-scope-defined",
                _POSITION,
                subject,
                old,
                other or new,
                None,
                scope,
                owner=owner,
            )
        elif other is None:
            walk.report("oauth-scope-undefined", _POSITION, subject, mine, new, scope, owner=owner)
