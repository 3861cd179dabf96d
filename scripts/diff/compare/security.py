"""Compare security requirements: alternatives ("or") of schemes that are combined ("and")."""

from collections.abc import Callable, Iterator
from itertools import chain

from scripts.diff.changes import Change, Difference, Item, Places, Scope, Usage
from scripts.diff.compare.matching import MAX_COMPARISONS, match_by
from scripts.diff.compare.members import one_sided
from scripts.diff.compare.proofs import Documents
from scripts.diff.compare.schemes import find_scheme, is_defined_alike, scheme_name
from scripts.diff.rules import Direction
from scripts.openapi.nodes import Node, canonical, text, value
from scripts.openapi.references import Source

Alternative = dict[str, tuple[str, ...]]
"""The schemes that are required together, each with its scopes."""

_SCOPED = {"oauth2", "openIdConnect"}  # the types of scheme with scopes


def compare_security(old: Node, new: Node, scope: Scope, documents: Documents) -> Iterator[Item]:
    """Compare the security requirements of two operations."""
    is_called = scope.position.direction is not Direction.REQUEST
    # The document's security applies to calls of the API, not to its callbacks.
    holders = [None, None] if is_called else [each.root.get("security") for each in documents]
    places = old.get("security") or holders[0] or old, new.get("security") or holders[1] or new
    before, after = _alternatives(documents.old, places[0]), _alternatives(documents.new, places[1])
    for name in dict.fromkeys(name for alternative in after for name in alternative):
        yield Usage(("scheme", name), scope.owner)
    # Generated code requires an authenticated client if the operation itself has a requirement.
    stated = [bool(value(node.get("security"))) for node in (old, new)]
    in_code = stated[0] != stated[1]
    inner = scope.shared("security of callbacks" if is_called else "security")
    if ({} in before) != ({} in after):
        is_added = {} in before
        one = None if is_added else places[0]
        needed = [_shown(each) for each in (after if is_added else before) if each]
        change = one_sided("security", one, places[1], places, needed)
        yield Difference(change._replace(in_code=in_code), inner)
        if not any(after if {} in after else before):
            return
    elif in_code:
        rule = "security-moved-to-operation" if stated[1] else "security-moved-to-document"
        required = [_shown(alternative) for alternative in after]
        yield Difference(Change(rule, *places, required, required), inner)
    pairs, gone, added = _match([a for a in before if a], [a for a in after if a], documents)
    for pair in pairs:
        yield from _schemes(*pair, places, scope, documents)
        yield from _scopes(*pair, places, scope, documents)
    # A client that satisfies an alternative satisfies an easier one as well.
    harmless = inner.at(inner.position._replace(is_proved=True))
    for changed, others, one in ((gone, after, places[0]), (added, before, None)):
        by_first: dict[str, list[Alternative]] = {}
        for other in others:
            by_first.setdefault(min(other, default=""), []).append(other)
        for each in changed:
            change = one_sided("security-alternative", one, places[1], places, _shown(each))
            similar = chain.from_iterable(by_first.get(name, ()) for name in ("", *each))
            is_easy = any(_is_easier(other, each) for other in similar)
            yield Difference(change, harmless if is_easy else inner)


def _is_easier(one: Alternative, other: Alternative) -> bool:
    """Return whether every client that satisfies the other satisfies this one."""
    return all(name in other and set(scopes) <= set(other[name]) for name, scopes in one.items())


def _alternatives(source: Source, node: Node) -> list[Alternative]:
    """Read the alternatives; no requirement is one empty alternative."""
    found: list[Alternative] = []
    for entry in node.items():
        if not isinstance(entry.value, dict):
            source.problem(entry, "a security requirement must be an object")
            continue
        alternative: Alternative = {}
        for name, scopes in entry.members():
            if find_scheme(source, name) is None:
                source.problem(entry, f"the security scheme {name!r} is not defined")
            alternative[scheme_name(source, name)] = tuple(
                sorted(str(each.value) for each in scopes.items())
            )
        if alternative not in found:
            found.append(alternative)
    return sorted(found, key=canonical) or [{}]


def _shown(alternative: Alternative) -> dict[str, list[str]]:
    return {name: list(scopes) for name, scopes in sorted(alternative.items())}


def _match(
    old: list[Alternative], new: list[Alternative], documents: Documents
) -> tuple[list[tuple[Alternative, Alternative]], list[Alternative], list[Alternative]]:
    """Match alternatives, the most similar first; return pairs, removed and added ones."""
    pairs, old, new = match_by(((canonical, canonical), (frozenset, frozenset)), old, new)
    if len(old) * len(new) > MAX_COMPARISONS:
        return pairs, old, new

    def is_renamed(before: Alternative, after: Alternative) -> bool:
        gone, added = before.keys() - after.keys(), after.keys() - before.keys()
        if len(gone) != 1 or len(added) != 1:
            return False
        scheme, other = find_scheme(documents.old, *gone), find_scheme(documents.new, *added)
        return scheme is None or other is None or is_defined_alike(scheme, other)

    ways: tuple[Callable[[Alternative, Alternative], bool], ...] = (
        is_renamed,
        lambda before, after: before.keys() < after.keys(),
        lambda before, after: before.keys() > after.keys(),
    )
    for fits in ways:
        for before in list(old):
            after = next((each for each in new if fits(before, each)), None)
            if after is not None:
                old.remove(before)
                new.remove(after)
                pairs.append((before, after))
    return pairs, old, new


def _schemes(
    before: Alternative, after: Alternative, places: Places, scope: Scope, documents: Documents
) -> Iterator[Difference]:
    if before.keys() == after.keys():
        return
    shown: tuple[object, object] = _shown(before), _shown(after)
    subject = "security"
    if before.keys() < after.keys():
        rule = "security-requirement-added"
    elif before.keys() > after.keys():
        rule = "security-requirement-removed"
    else:
        (was,), (now,) = before.keys() - after.keys(), after.keys() - before.keys()
        is_moved = (
            find_scheme(documents.new, was) is None and find_scheme(documents.old, now) is None
        )
        is_known = find_scheme(documents.old, was) and find_scheme(documents.new, now)
        rule = "security-scheme-renamed" if is_moved and is_known else "security-scheme-replaced"
        subject, shown = f"security scheme {was}", (was, now)
    yield Difference(Change(rule, *places, *shown), scope.shared(subject))


def _scopes(
    before: Alternative, after: Alternative, places: Places, scope: Scope, documents: Documents
) -> Iterator[Difference]:
    """Yield the differences in the scopes that two alternatives require of the same schemes."""
    gone = [name for name in before if name not in after]
    added = [name for name in after if name not in before]
    renamed = dict(zip(gone, added, strict=False))
    for name, scopes in before.items():
        now = renamed.get(name, name)
        if now not in after:
            continue
        old, new = set(scopes), set(after[now])
        scheme = find_scheme(documents.new, now) or find_scheme(documents.old, name)
        granted = text(scheme.get("type") if scheme else None) in _SCOPED
        shown = sorted(old), sorted(new)
        inner = scope.shared(f"security scheme {now}")
        if new - old:
            rule = "security-scope-added" if granted else "security-scope-listed"
            yield Difference(Change(rule, *places, *shown), inner)
        if old - new:
            rule = "security-scope-removed" if granted else "security-scope-unlisted"
            yield Difference(Change(rule, *places, *shown), inner)
