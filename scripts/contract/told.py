"""What an update tells: what HighLevel changed, and what of it a person should review."""

from collections.abc import Iterable, Iterator

from scripts.contract.advice import Advice, Lines, Pairs, said
from scripts.contract.generate import DEFAULT_VERSION
from scripts.contract.tables import operations_of, scopes_of, sunset_of
from scripts.openapi.paths import template

_MOST_TOLD, _MOST_TO_REVIEW = 20, 12


def drift_lines(pairs: Pairs) -> list[str]:
    """Return what changed in the published documents, each change once, with its Versions."""
    found: Lines = {}
    for name, pair in pairs.items():
        for each in pair.changes:
            found.setdefault(f"{each.wire}: {said(each)}", []).append(name)
    lines = [f"{', '.join(dict.fromkeys(names))}: {line}" for line, names in found.items()]
    return _first(lines, _MOST_TOLD) or ["nothing"]


def _first(lines: Iterable[str], most: int) -> list[str]:
    unique = list(dict.fromkeys(lines))
    more = len(unique) - most
    return [*unique[:most], f"and {more} more"] if more > 0 else unique


def to_review(advice: Advice) -> list[str]:
    """Return the adopted changes that a person should review, the most important first."""
    lines = [*_new_scopes(advice), *_left_out(advice)]
    lines += [
        f"{severity}, and nothing of ours breaks: {said(each.finding)}"
        for each in advice.result.open
        if (severity := each.severity(advice.result.lens)) != "safe"
    ]
    lines += [f"openapi/accepted.yaml: {each}" for each in advice.result.stale]
    lines += [*_deprecations(advice), *_new_names(advice)]
    for notice in advice.notices:
        now = f"x-expect is {notice.expect}" if notice.expect else "deleted"
        lines.append(f"openapi/overlay.yaml was mended: {notice.action.description}: {now}")
    return _first([*lines, *_by_version(advice), *_other_contracts(advice)], _MOST_TO_REVIEW)


def _left_out(advice: Advice) -> Iterator[str]:
    for name, pair in advice.pairs.items():
        for each in pair.new.sound.left_out:
            if each not in pair.old.sound.left_out:
                yield f"{name}: not valid, not needed, and left out: {each}"


def _new_scopes(advice: Advice) -> Iterator[str]:
    """Yield the operations that require a scope which no installation has granted for them."""
    old, new = advice.result.documents
    before = {each.label: scopes_of(old, each) for each in operations_of(old).values()}
    known = {scope for scopes in before.values() for scope in scopes}
    for each in operations_of(new).values():
        for scope in scopes_of(new, each):
            if scope not in before.get(each.label, known):
                yield (
                    f"{each.label} requires the scope {scope} now: existing installations must "
                    "grant it anew, and a Private Integration must be given it"
                )


def _deprecations(advice: Advice) -> Iterator[str]:
    """Yield the operations that HighLevel deprecates, their last day, and the methods."""
    operations = {each.label: each for each in operations_of(advice.result.documents[1]).values()}
    for each in advice.result.findings:
        is_new = each.finding.rule == "operation-deprecated"
        for label in each.finding.operations if is_new else ():
            until = f"until {day}" if (day := sunset_of(operations[label])) else "for now"
            methods = ", ".join(one.name for one in each.affected)
            sent = f"{methods} will warn" if methods else "no method of ours sends it"
            yield f"{label} is deprecated, and stays {until}: {sent}"


def _new_names(advice: Advice) -> Iterator[str]:
    """Yield the new operations that names.yaml does not name and the facade does not offer."""
    names = advice.first.new.corrections.names.operations
    ids = {each.label: name for name, each in operations_of(advice.result.documents[1]).items()}
    for each in advice.result.findings:
        for label in each.finding.operations if each.needs_a_method else ():
            if template(label) not in names:
                yield (
                    f"{label} is new, called {ids[label]} by rule, and reached through "
                    "client.api: to name it, openapi/names.yaml; to offer it, CONTRIBUTING.md"
                )


def _by_version(advice: Advice) -> Iterator[str]:
    """Yield what changed in some Versions only, or is settled by our corrections."""
    published = {name: advice.pairs[name].messages("published") for name in advice.captured}
    shown = {(each.finding.rule, each.finding.message) for each in advice.result.findings}
    settled = published.get(DEFAULT_VERSION, {}).keys() - shown
    for version, found in published.items():
        is_first = version == DEFAULT_VERSION
        left = shown if is_first else advice.pairs[version].messages("contract").keys() - settled
        others = {key for name, each in published.items() if name != version for key in each}
        for key, message in found.items():
            if key in left and len(published) > 1 and key not in others:
                yield f"in {version} alone: {message}"
            elif key not in shown:
                ours = "published, and settled by our corrections"
                yield f"{f'in {version}' if key in left else ours}: {message}"


def _other_contracts(advice: Advice) -> Iterator[str]:
    """Yield the Versions whose contract differs from the one that code is generated from."""
    start = f"code is generated from {DEFAULT_VERSION}; "
    others = {name: pair.new for name, pair in advice.pairs.items() if name != DEFAULT_VERSION}
    for name, each in others.items():
        if each.problems:
            more = f", and {len(each.problems) - 1} more" if each.problems[1:] else ""
            problem = f"{each.problems[0]}{more}: openapi/overlay.yaml"
            yield f"{start}{name}, corrected, is not a valid contract: {problem}"
        elif each.contract != advice.first.new.contract:
            paths = (advice.layout.captured(one) for one in (DEFAULT_VERSION, name))
            files = " ".join(map(advice.layout.name, paths))
            compared = f"python -m scripts.diff --contract {files}"
            yield f"{start}{name} gives another contract: {compared}"
