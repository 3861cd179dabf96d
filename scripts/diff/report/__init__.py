"""The report in its output formats; the module of a format is imported on use."""

from collections.abc import Callable, Sequence
from importlib import import_module

from scripts.diff.results import Review
from scripts.visible import visible_lines

FORMATS = {
    "text": "text.render",
    "markdown": "markdown.render",
    "json": "as_json.render",
    "html": "html.page",
    "sarif": "annotations.sarif",
    "github": "annotations.github",
    "overlay": "words.proposed_overlay",
}
"""The module and the function that write each format; `page` writes several reviews at once."""


def render(reviews: Review | Sequence[Review], form: str) -> str:
    """Return reviews in one of the formats; it ends with a newline, or is empty."""
    reviews = [reviews] if isinstance(reviews, Review) else reviews
    module, _, name = FORMATS[form].partition(".")
    function: Callable[..., str] = getattr(import_module(f"{__name__}.{module}"), name)
    written = function(reviews) if name == "page" else "\n".join(map(function, reviews))
    return visible_lines(written)
