"""The advice of an update that is done: what a person should review."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from scripts.contract.changelog import described
from scripts.contract.corrections import read_corrections
from scripts.contract.diff.compare import compare
from scripts.contract.diff.impact.facade import read_facade
from scripts.contract.diff.review import Review
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout, build_contract, read_captured
from scripts.contract.naming import snake_case
from scripts.contract.notices import Notice
from scripts.contract.openapi.documents import Document
from scripts.contract.tables import operations_of, scopes_of, sunset_of

_MOST = 12


def to_review(
    layout: Layout,
    result: Review,
    mended: Iterable[Notice],
    earlier: Mapping[str, Document],
    versions: Iterable[str],
) -> list[str]:
    """Return the adopted changes that a person should review, the most important first.

    `earlier` has the captured documents before, `versions` are those captured again.
    """
    lines = list(_new_scopes(result))
    lines += [
        f"{each.severity(result.lens)}, and nothing of ours breaks: {described(each)}"
        for each in result.open
        if each.severity(result.lens) != "safe"
    ]
    lines += [f"openapi/accepted.yaml: {each}" for each in result.stale]
    lines += _deprecations(result)
    lines += _new_names(layout, result)
    lines += [f"openapi/overlay.yaml was mended: {_mended_text(each)}" for each in mended]
    lines = list(dict.fromkeys([*lines, *_by_version(layout, result, earlier, [*versions])]))
    lines += _other_contracts(layout)
    more = len(lines) - _MOST
    return [*lines[:_MOST], f"and {more} more"] if more > 0 else lines


def _by_version(
    layout: Layout, result: Review, earlier: Mapping[str, Document], versions: Sequence[str]
) -> Iterator[str]:
    """Yield what changed in some of several Versions only, or is settled by our corrections."""
    corrections, first = read_corrections(layout.openapi), layout.versions[0]
    now = {version: read_captured(layout, version) for version in versions}

    def changes(version: str, form: Callable[[Document], Document]) -> dict[tuple[str, str], str]:
        found = compare(form(earlier[version]), form(now[version])).findings
        return {
            (each.rule, each.message): each.message
            for each in found
            if not each.rule.startswith("tag-")
        }

    published = {version: changes(version, corrections.published) for version in versions}
    shown = {(each.finding.rule, each.finding.message) for each in result.findings}
    settled = published.get(first, {}).keys() - shown
    for version, found in published.items():
        left = shown if version == first else changes(version, corrections.apply).keys() - settled
        others = {key for name in versions if name != version for key in published[name]}
        for key, message in found.items():
            if key in left and len(versions) > 1 and key not in others:
                yield f"in {version} alone: {message}"
            elif key not in shown:
                known = (
                    f"in {version}" if key in left else "published, and settled by our corrections"
                )
                yield f"{known}: {message}"


def _other_contracts(layout: Layout) -> Iterator[str]:
    """Yield the Versions whose contract differs from the one that code is generated from."""
    first, *others = layout.versions
    contract = build_contract(layout)
    for each in others:
        try:
            is_the_same = build_contract(layout, each) == contract
        except CannotRunError as error:  # does not affect code generated from the first
            title, *rest = str(error).splitlines()
            problem = "".join(rest[:1]) + (f", and {len(rest) - 1} more" if len(rest) > 1 else "")
            yield f"code is generated from {first}; {title}{problem}: openapi/overlay.yaml"
            continue
        if not is_the_same:
            files = (layout.name(layout.captured(name)) for name in (first, each))
            compare_them = f"python -m scripts.diff --contract {' '.join(files)}"
            yield f"code is generated from {first}; {each} gives another contract: {compare_them}"


def _mended_text(notice: Notice) -> str:
    title = notice.action.description
    return f"{title}: x-expect is {notice.expect}" if notice.expect else f"{title}: deleted"


def _new_scopes(result: Review) -> Iterator[str]:
    """Yield the operations that require a scope which no installation has granted for them."""
    old, new = result.documents
    before = {each.label: scopes_of(old, each) for each in operations_of(old).values()}
    known = {scope for scopes in before.values() for scope in scopes}
    for each in operations_of(new).values():
        for scope in dict.fromkeys(scopes_of(new, each)):
            if scope not in before.get(each.label, known):
                yield (
                    f"{each.label} requires the scope {scope} now: existing installations must "
                    "grant it anew, and a Private Integration must be given it"
                )


def _deprecations(result: Review) -> Iterator[str]:
    """Yield the operations that HighLevel deprecates, their last day, and the methods."""
    operations = {each.label: each for each in operations_of(result.documents[1]).values()}
    for each in result.findings:
        for label in each.finding.operations if each.finding.rule == "operation-deprecated" else ():
            until = f" until {day}" if (day := sunset_of(operations[label])) else ""
            methods = [one.name for one in each.affected if one.source]
            sent = f"{', '.join(methods)} will warn" if methods else "no method of ours sends it"
            yield f"{label} is deprecated, and stays{until or ' for now'}: {sent}"


def _new_names(layout: Layout, result: Review) -> Iterator[str]:
    """Yield the new operations that names.yaml does not name and the facade does not offer."""
    listed = {
        each.operationId for each in read_corrections(layout.openapi).names.operations.values()
    }
    sent = {
        name for method in read_facade(layout.facade).methods.values() for name in method.operations
    }
    old, new = (operations_of(each) for each in result.documents)
    for name, operation in new.items():
        if not (name in old or name in listed or snake_case(name) in sent):
            yield (
                f"{operation.label} is new, called {name} by rule, and reached through client.api: "
                "to name it, openapi/names.yaml; to offer it, CONTRIBUTING.md"
            )
