"""Compare two documents: everything that differs, judged, one finding per cause."""

from typing import Any

from scripts.contract.diff import about, components, operations, schemes, soundness
from scripts.contract.diff.findings import Comparison, group
from scripts.contract.diff.schemas import Schemas
from scripts.contract.diff.walk import Walk
from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.references import Fetch, Source


def compare(
    old: dict[str, Any],
    new: dict[str, Any],
    fetch_old: Fetch | None = None,
    fetch_new: Fetch | None = None,
) -> Comparison:
    """Compare two OpenAPI documents; what is broken in them is told and does not stop it."""
    walk = Walk(Source("old", old, fetch_old), Source("new", new, fetch_new))
    try:
        return _compare(walk)
    except RecursionError as error:
        raise CannotRunError("a document is nested too deeply to compare") from error


def _compare(walk: Walk) -> Comparison:
    schemas = Schemas(walk)
    operations.compare(walk, schemas)
    schemas.run()
    components.compare(walk, schemas)
    schemes.compare(walk)
    about.compare(walk)
    for source in (walk.old, walk.new):
        soundness.tell(source)
    problems = [*walk.old.problems, *walk.new.problems]
    return Comparison(group(walk.differences, schemas.operations_of), problems)
