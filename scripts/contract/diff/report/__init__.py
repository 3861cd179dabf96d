"""The report in the form that its reader needs; a form is imported when it is asked for."""

from importlib import import_module

from scripts.contract.diff.review import Review
from scripts.contract.visible import visible_lines

FORMATS = {
    "text": "text.render",
    "markdown": "markdown.render",
    "json": "as_json.render",
    "html": "html.render",
    "sarif": "annotations.sarif",
    "github": "annotations.github",
    "overlay": "words.proposed_overlay",
}
"""The function that writes each form, by its module."""


def render(review: Review, form: str) -> str:
    """Write a review in one of the forms; it ends in a newline, or is empty."""
    module, _, function = FORMATS[form].partition(".")
    written: str = getattr(import_module(f"{__name__}.{module}"), function)(review)
    return visible_lines(written)
