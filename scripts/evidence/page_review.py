"""Compare a page with the contract, and with itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from scripts.contract.diff.changes import Change, Difference, Scope
from scripts.contract.diff.findings import group
from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Review, compare_contracts
from scripts.contract.diff.reviewed import ReviewedFinding
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import dump
from scripts.contract.openapi.lines import Location
from scripts.contract.openapi.nodes import Node
from scripts.contract.places import FilePlace
from scripts.evidence.contradictions import contradictions
from scripts.evidence.page import Page, read
from scripts.evidence.page_contract import PageContract, find, restricted

_POSITION = Position(Direction.RESPONSE, in_code=False)


def compare_page(contract: Contract, path: Path, lens: str = "both") -> Review:
    """Compare a page with the contract, and with itself."""
    try:
        page = read(FilePlace(path).read().decode(), str(path))
    except UnicodeDecodeError as error:
        raise CannotRunError(f"cannot read {path}: it is not text") from error
    where, method = find(contract.document, page)
    expected = restricted(contract.document, where, method, page)
    found = PageContract(page, expected, where, method)
    compared = compare_contracts(
        Contract(contract.name, expected, {"": contract.data[""]}),
        Contract(str(path), found.document, {"": dump(found.document)}),
        lens,
    )
    findings = [
        replace(each, new=Location(found.line_of(each.finding.places[0].new), 1))
        for each in compared.findings
    ]
    if lens != "sdk":
        findings += _contradictions(page)
    return replace(compared, findings=tuple(findings))


def _contradictions(page: Page) -> Iterator[ReviewedFinding]:
    operation = f"{page.method} {page.path}"
    lines: dict[str, int] = {}
    differences = []
    for each in contradictions(page):
        place = Node(each.after, f"/{each.subject}")
        lines[place.where] = each.line
        change = Change(each.rule, place, place, each.before, each.after)
        differences.append(Difference(change, Scope(operation, _POSITION, each.subject, each.rule)))
    for finding in group(differences, lambda owners: list(dict.fromkeys(owners))):
        yield ReviewedFinding(finding, Location(1, 1), Location(lines[finding.places[0].new], 1))
