"""Compare security: alternatives ("or") of schemes that go together ("and"), and the schemes."""

from operator import eq
from typing import Any

from scripts.contract.diff.context import Context
from scripts.contract.diff.rules import Position
from scripts.contract.openapi.nodes import Node, canonical, text, value
from scripts.contract.openapi.references import Source

Alternative = dict[str, tuple[str, ...]]
"""What goes together: each scheme with the scopes that are asked of it."""

_GRANTED = {"oauth2", "openIdConnect"}  # the kinds of scheme that check scopes


def compare(context: Context, old: Node, new: Node) -> None:
    """Compare what two operations ask of their caller."""
    Requirements(context, old, new).compare()


class Requirements:
    """What two operations ask of their caller, side by side."""

    def __init__(self, context: Context, old: Node, new: Node) -> None:
        self.context = context
        self.walk = context.walk
        self.old = old.get("security") or self.walk.old.root.get("security") or old
        self.new = new.get("security") or self.walk.new.root.get("security") or new
        self.stated = bool(value(old.get("security"))), bool(value(new.get("security")))
        self.before = _alternatives(self.walk.old, self.old)
        self.after = _alternatives(self.walk.new, self.new)
        for alternative in self.after:
            for name in alternative:
                context.schemas.link(("scheme", name), context.operation)

    def compare(self) -> None:
        """Report what differs."""
        if ({} in self.before) == ({} in self.after):
            self._level()
        elif self._openness():
            return
        ours = [each for each in self.before if each]
        theirs = [each for each in self.after if each]
        for how in (eq, _same, self._renamed, self._narrowed, self._widened):
            for mine in list(ours):
                other = next((each for each in theirs if how(mine, each)), None)
                if other is not None:
                    ours.remove(mine)
                    theirs.remove(other)
                    self._scopes(mine, other)
        for mine in ours:
            self._report("security-alternative-removed", "security", _shown(mine), None)
        for other in theirs:
            self._report("security-alternative-added", "security", None, _shown(other))

    def _openness(self) -> bool:
        """Report that anybody may call no longer, or now; True if that is all."""
        was = {} in self.before
        rule = "security-added" if was else "security-removed"
        asked = [_shown(each) for each in (self.after if was else self.before) if each]
        beside = [each for each in (self.before if was else self.after) if each]
        before, after = (None, asked) if was else (asked, None)
        # Generated code asks for an authenticated client where the operation itself states one.
        in_code = self.stated[0] != self.stated[1]
        position = self.context.sent if in_code else self.context.sent.outside_code()
        self._report(rule, "security", before, after, position)
        return not beside

    def _level(self) -> None:
        """Report that the same is stated elsewhere, which generated code tells apart."""
        if self.stated[0] != self.stated[1]:
            where = "operation" if self.stated[1] else "document"
            asked = [_shown(each) for each in self.after]
            self._report(f"security-moved-to-{where}", "security", asked, asked)

    def _report(
        self, rule: str, subject: str, before: Any, after: Any, position: Position | None = None
    ) -> None:
        self.context.report(
            rule, subject, self.old, self.new, before, after, position=position, cause=subject
        )

    def _renamed(self, mine: Alternative, other: Alternative) -> bool:
        """Report a scheme that goes by another name, if nothing else differs."""
        gone, come = mine.keys() - other.keys(), other.keys() - mine.keys()
        if len(gone) != 1 or len(come) != 1:
            return False
        (before,), (after,) = gone, come
        ours, theirs = _scheme(self.walk.old, before), _scheme(self.walk.new, after)
        if ours is not None and theirs is not None and _definition(ours) != _definition(theirs):
            return False
        moved = (
            ours is not None
            and theirs is not None
            and _scheme(self.walk.new, before) is None
            and _scheme(self.walk.old, after) is None
        )
        rule = "security-scheme-renamed" if moved else "security-scheme-replaced"
        self._report(rule, f"security scheme {before}", before, after)
        return True

    def _narrowed(self, mine: Alternative, other: Alternative) -> bool:
        if not mine.keys() < other.keys():
            return False
        self._report("security-requirement-added", "security", _shown(mine), _shown(other))
        return True

    def _widened(self, mine: Alternative, other: Alternative) -> bool:
        if not mine.keys() > other.keys():
            return False
        self._report("security-requirement-removed", "security", _shown(mine), _shown(other))
        return True

    def _scopes(self, mine: Alternative, other: Alternative) -> None:
        left = [name for name in mine if name not in other]
        right = [name for name in other if name not in mine]
        renamed = dict(zip(left, right, strict=False)) if len(left) == len(right) else {}
        for name, scopes in mine.items():
            after = renamed.get(name, name)
            if after not in other:
                continue
            ours, theirs = set(scopes), set(other[after])
            scheme = _scheme(self.walk.new, after) or _scheme(self.walk.old, name)
            granted = text(scheme.get("type") if scheme else None) in _GRANTED
            before, now = sorted(ours), sorted(theirs)
            subject = f"security scheme {after}"
            if theirs - ours:
                rule = "security-scope-added" if granted else "security-scope-listed"
                self._report(rule, subject, before, now)
            if ours - theirs:
                rule = "security-scope-removed" if granted else "security-scope-unlisted"
                self._report(rule, subject, before, now)


def _alternatives(source: Source, node: Node) -> list[Alternative]:
    """Read what is asked; nothing at all is one alternative that asks nothing."""
    found: list[Alternative] = []
    for entry in node.items():
        if not isinstance(entry.value, dict):
            source.problem(entry, "a security requirement must be an object")
            continue
        alternative: Alternative = {}
        for name, scopes in entry.members():
            if _scheme(source, name) is None:
                source.problem(entry, f"the security scheme {name!r} is not defined")
            alternative[name] = tuple(sorted(str(each.value) for each in scopes.items()))
        if alternative not in found:
            found.append(alternative)
    return sorted(found, key=canonical) or [{}]


def _same(mine: Alternative, other: Alternative) -> bool:
    return mine.keys() == other.keys()


def _shown(alternative: Alternative) -> dict[str, list[str]]:
    return {name: list(scopes) for name, scopes in sorted(alternative.items())}


def schemes_of(source: Source) -> dict[str, Node]:
    """Give the security schemes that a document defines."""
    components = source.root.get("components")
    schemes = components.get("securitySchemes") if components is not None else None
    found = dict(schemes.members()) if schemes is not None else {}
    return {name: source.resolve(node)[0] for name, node in found.items()}


def _scheme(source: Source, name: str) -> Node | None:
    components = source.root.get("components")
    schemes = components.get("securitySchemes") if components is not None else None
    node = schemes.get(name) if schemes is not None else None
    return source.resolve(node)[0] if node is not None else None


def _definition(scheme: Node) -> str:
    known = scheme.value if isinstance(scheme.value, dict) else {}
    return canonical({key: meant(scheme, key) for key in known if key in _meaning(known)})


def meant(scheme: Node, field: str) -> Any:
    """Give what a field says; names of HTTP schemes and of headers know no case."""
    stated = value(scheme.get(field))
    caseless = field == "scheme" or (field == "name" and value(scheme.get("in")) == "header")
    return stated.lower() if caseless and isinstance(stated, str) else stated


def _meaning(scheme: dict[str, Any]) -> set[str]:
    """Name the fields that count for this kind of scheme."""
    kind = scheme.get("type")
    if kind == "apiKey":
        return {"type", "name", "in"}
    if kind == "http":
        return {"type", "scheme"}
    return {"type", "flows", "openIdConnectUrl"}


def same_kind(old: Node, new: Node) -> bool:
    """Tell whether two schemes are of the same type."""
    return bool(value(old.get("type")) == value(new.get("type")))
