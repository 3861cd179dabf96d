"""The report as one self-contained page: it loads nothing, and runs only its own script."""

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scripts.diff.findings import Finding
from scripts.diff.report.words import impact_lines, one_line, only_in, place_of, proposed_overlay
from scripts.diff.results import Review, grouped
from scripts.diff.rules import SDK, WIRE
from scripts.openapi.paths import readable

_FOLDER = Path(__file__).parent


def page(reviews: Sequence[Review]) -> str:
    """Write reviews as one page."""
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"line": one_line, "place": place_of}
    script = (_FOLDER / "page.js").read_text("utf-8")
    operations = {
        name for each in reviews for one in each.findings for name in one.finding.operations
    }
    return environment.get_template("page.html").render(
        reviews=reviews,
        script=script,
        digest=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        operations=sorted(operations),
        grouped=grouped,
        side=_side,
        places=_places,
        impact=impact_lines,
        proposed=proposed_overlay,
        levels={"safe": 0, "risky": 1, "breaking": 2},
        wire=WIRE.index,
        sdk=SDK.index,
    )


def _places(finding: Finding) -> list[str]:
    side = "old" if finding.after is None else "new"
    return list(dict.fromkeys(readable(getattr(each, side)) for each in finding.places))


def _side(value: Any, other: Any) -> dict[str, Any]:
    """Return one side of a change; of two lists, only the values that the other lacks."""
    if not (isinstance(value, list) and isinstance(other, list)):
        return {"text": value, "items": [], "rest": ""}
    own = only_in(value, other)
    rest = f"{len(value) - len(own)} unchanged" if len(value) > len(own) else ""
    return {"text": None, "items": own, "rest": rest}
