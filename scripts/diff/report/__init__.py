"""The report in its output formats; the module of a format is imported on use."""

from importlib import import_module

from scripts.diff.review import Review
from scripts.visible import visible_lines

FORMATS = {
    "text": "text.render",
    "markdown": "markdown.render",
    "json": "as_json.render",
    "html": "html.render",
    "sarif": "annotations.sarif",
    "github": "annotations.github",
    "overlay": "words.proposed_overlay",
}
"""The module and the function that write each format."""


def render(review: Review, form: str) -> str:
    """Return a review in one of the formats; it ends with a newline, or is empty."""
    module, _, function = FORMATS[form].partition(".")
    written: str = getattr(import_module(f"{__name__}.{module}"), function)(review)
    return visible_lines(written)
