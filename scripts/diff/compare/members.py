"""What tables decide: the fields that each have a rule, and the members that come and go by name.

A rule stands here by its whole id; what depends on more than one field has a comparer of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from scripts.diff.changes import Change, Difference, Item, Pair, Places, Scope
from scripts.diff.compare.fields import structure
from scripts.openapi.nodes import Node, canonical, text, value


class Field(NamedTuple):
    """A field that is compared alone."""

    name: str
    rule: str  # of a difference
    says: Callable[[Node], Any]  # the meaning of the field in an object that may have it
    when_unset: str = ""  # the rule when a flag is no longer set, if it is another one


def flag(name: str, when_set: str, when_unset: str = "") -> Field:
    """Compare a boolean; an absent one is false."""
    return Field(name, when_set, lambda holder: value(holder.get(name)) is True, when_unset)


def word(name: str, rule: str, default: str = "") -> Field:
    """Compare a text."""
    return Field(name, rule, lambda holder: text(holder.get(name), default))


def plain(name: str, rule: str) -> Field:
    """Compare a value of any type as text."""
    return Field(name, rule, lambda holder: str(value(holder.get(name))))


def part(name: str, rule: str) -> Field:
    """Compare objects or lists by their structure; absent and empty are equal."""
    return Field(name, rule, lambda holder: canonical(structure(value(holder.get(name)) or {})))


FIELD_RULES: dict[str, tuple[Field, ...]] = {
    "document": (
        Field(
            "openapi",
            "openapi-version-changed",
            lambda root: str(value(root.get("openapi"))).split(".")[:2],
        ),
        plain("jsonSchemaDialect", "dialect-changed"),
    ),
    "info": (plain("title", "info-title-changed"), plain("version", "info-version-changed")),
    "server": (part("variables", "server-variable-changed"),),
    "operation": (flag("deprecated", "operation-deprecated", "operation-undeprecated"),),
    "parameter": (
        flag("deprecated", "parameter-deprecated", "parameter-undeprecated"),
        flag("allowReserved", "parameter-reserved-changed"),
        flag("allowEmptyValue", "parameter-empty-value-allowed", "parameter-empty-value-refused"),
    ),
    "request-body": (
        flag("required", "request-body-became-required", "request-body-became-optional"),
    ),
    "response": (part("links", "links-changed"),),
    "header": (
        flag("required", "response-header-became-required", "response-header-became-optional"),
        flag("deprecated", "header-deprecated", "header-undeprecated"),
        flag("explode", "header-style-changed"),
        word("style", "header-style-changed", "simple"),
    ),
    "media-type": tuple(
        part(name, "encoding-changed") for name in ("encoding", "prefixEncoding", "itemEncoding")
    ),
}
"""By kind of object: the fields whose difference is one change, whatever else the object has."""

MEMBER_RULES = {
    "operation": ("operation-added", "operation-removed"),
    "callback": ("callback-added", "callback-removed"),
    "webhook": ("webhook-added", "webhook-removed"),
    "request-body": ("request-body-added-optional", "request-body-removed"),
    "required request-body": ("request-body-added-required", "request-body-removed"),
    "parameter": ("parameter-added-optional", "parameter-removed"),
    "required parameter": ("parameter-added-required", "parameter-removed"),
    "path-parameter": ("path-parameter-declared", "path-parameter-undeclared"),
    "unused path-parameter": ("unused-path-parameter-added", "unused-path-parameter-removed"),
    "media-type": ("media-type-added", "media-type-removed"),
    "media-range": ("media-type-widened", "media-type-narrowed"),
    "response-body": ("response-body-added", "response-body-removed"),
    "success-response": ("success-response-added", "success-response-removed"),
    "error-response": ("error-response-added", "error-response-removed"),
    "model": ("model-added", "model-removed"),
    "header": ("response-header-added", "response-header-removed"),
    "server": ("server-added", "server-removed"),
    "tag": ("tag-added", "tag-removed"),
    "security-scheme": ("security-scheme-defined", "security-scheme-undefined"),
    "oauth-flow": ("oauth-flow-added", "oauth-flow-removed"),
    "oauth-scope": ("oauth-scope-defined", "oauth-scope-undefined"),
    "security": ("security-added", "security-removed"),
    "security-alternative": ("security-alternative-added", "security-alternative-removed"),
}
"""By kind of member: the rules when it is in the new document only, or in the old one only."""


def compare_fields(fields: Iterable[Field], old: Node, new: Node) -> Iterator[Change]:
    """Yield the differences in the fields of two objects."""
    for name, rule, says, when_unset in fields:
        before, after = old.get(name), new.get(name)
        said, says_now = says(old), says(new)
        if said != says_now and value(before) != value(after):
            shown = (said, says_now) if says_now in (True, False) else (value(before), value(after))
            now = (says_now is False and when_unset) or rule
            yield Change(now, before or old, after or new, *shown)


def one_sided(kind: str, old: Node | None, new: Node | None, holders: Places, shown: Any) -> Change:
    """Return the change of a member that only one document has."""
    added, removed = MEMBER_RULES[kind]
    if old is None:
        return Change(added, holders[0], new or holders[1], None, shown)
    return Change(removed, old, holders[1], shown)


def compare_members(
    kind: str,
    members: tuple[Mapping[str, Node], Mapping[str, Node]],
    holders: Places,
    scope_of: Callable[[str], Scope],
) -> Iterator[Item]:
    """Yield the members by name that come or go, and the pairs that stay."""
    old, new = members
    for name in {**old, **new}:
        before, after = old.get(name), new.get(name)
        if before is None or after is None:
            yield Difference(one_sided(kind, before, after, holders, name), scope_of(name))
        else:
            yield Pair(kind, before, after, scope_of(name))


def compare_named_members(
    kind: str, field: str, old: Node, new: Node, scope_of: Callable[[str], Scope]
) -> Iterator[Item]:
    """Yield the same of the members of a field; only `flows` may have extensions among them."""
    listed, is_map = (old.get(field), new.get(field)), field != "flows"
    before, after = (
        {name: each for name, each in node.members() if is_map or name[:2] != "x-"} if node else {}
        for node in listed
    )
    holders = listed[0] or old, listed[1] or new
    yield from compare_members(kind, (before, after), holders, scope_of)
