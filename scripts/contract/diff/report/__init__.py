"""The report in the form that its reader needs; a form is imported when it is asked for."""

from importlib import import_module

from scripts.contract.diff.review import Review

FORMATS = {
    "text": "text",
    "markdown": "markdown",
    "json": "as_json",
    "html": "html",
    "sarif": "sarif",
    "github": "github",
    "overlay": "proposals",
}
"""The module of each form; its function `render` writes a review."""


def render(review: Review, form: str) -> str:
    """Write a review in one of the forms; it ends in a newline, or is empty."""
    written: str = import_module(f"{__name__}.{FORMATS[form]}").render(review)
    # JSON can hold half of a character, which no file can.
    return written.encode("utf-8", "replace").decode()
