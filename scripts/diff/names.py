"""Derive Python names from the contract's names as openapi-python-client does."""

import re

_DELIMITERS = r"\. _-"
_WORD = re.compile(rf"[^{_DELIMITERS}]+")


def _words(name: str) -> list[str]:
    kept = "".join(c for c in name if c.isidentifier() or c.isdecimal() or c in _DELIMITERS)
    if any(c.isupper() for c in kept):
        kept = " ".join(re.split("([A-Z]?[a-z]+)", kept))
    return _WORD.findall(kept)


def python_name(name: str) -> str:
    """Return the name of a module, function, argument or field."""
    return "_".join(_words(name)).lower()


def class_name(name: str) -> str:
    """Return the name of a model's class."""
    return "".join(word if word.isupper() else word.capitalize() for word in _words(name))
