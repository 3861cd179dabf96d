"""The whole way: a page and the contract in, findings out."""

from pathlib import Path

from scripts.contract.diff.changes import Change, Difference, Scope
from scripts.contract.diff.findings import group
from scripts.contract.diff.load import Contract
from scripts.contract.diff.review import Judged, Review, review
from scripts.contract.diff.rules import Direction, Position
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import dump
from scripts.contract.openapi.lines import Location
from scripts.contract.openapi.nodes import Node
from scripts.contract.page.contradictions import contradictions
from scripts.contract.page.document import document, find, restricted
from scripts.contract.page.read import Page, read

_POSITION = Position(Direction.RESPONSE, in_code=False)


def review_page(contract: Contract, path: Path, lens: str = "both") -> Review:
    """Compare a page with the contract, and with itself."""
    try:
        page = read(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise CannotRunError(f"cannot read {path}: {why}") from error
    where, method = find(contract.document, page)
    ours = restricted(contract.document, where, method, page)
    theirs, lines = document(page, ours, where, method)
    result = review(
        Contract(contract.name, ours, {"": contract.data[""]}),
        Contract(str(path), theirs, {"": dump(theirs)}),
        lens,
    )
    for judged in result.findings:
        judged.new = Location(_line(lines, judged.finding.places[0].new), 1)
    if lens != "sdk":
        result.findings += _in_itself(page)
    return result


def _in_itself(page: Page) -> list[Judged]:
    operation = f"{page.method} {page.path}"
    lines: dict[str, int] = {}
    differences = []
    for each in contradictions(page):
        place = Node(each.after, f"/{each.subject}")
        lines[place.where] = each.line
        change = Change(each.rule, place, place, each.before, each.after)
        scope = Scope(operation, _POSITION, each.subject, each.rule)
        differences.append(Difference(change, scope))
    findings = group(differences, lambda owner: [owner])
    return [
        Judged(each, Location(1, 1), Location(lines[each.places[0].new], 1)) for each in findings
    ]


def _line(lines: dict[str, int], pointer: str) -> int:
    """Find the line of a place, or of the nearest one around it."""
    while pointer and pointer not in lines:
        pointer = pointer.rpartition("/")[0]
    return lines.get(pointer, 1)
