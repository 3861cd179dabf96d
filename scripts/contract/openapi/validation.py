"""Hold a document against a JSON Schema, and say in a line each what does not fit, and where."""

from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema.exceptions import (  # type: ignore[import-untyped] # it has no stubs
    SchemaError,
    ValidationError,
)
from jsonschema.validators import validator_for  # type: ignore[import-untyped] # it has no stubs

from scripts.contract.openapi.pointers import escape


def misfits(schema: Mapping[str, Any], document: Any) -> Iterator[str]:
    """Yield what does not fit, with the pointer to it."""
    kind = validator_for(schema)
    for error in kind(dict(schema), format_checker=kind.FORMAT_CHECKER).iter_errors(document):
        cause = _cause(error)
        yield f"{pointer_of(cause) or '/'}: {reason_of(cause)}"


def pointer_of(error: ValidationError | SchemaError) -> str:
    """Return the pointer to what is wrong; empty for the whole document."""
    return "".join(f"/{escape(str(part))}" for part in error.absolute_path)


def reason_of(error: ValidationError | SchemaError) -> str:
    """Return what is wrong, on one line."""
    return f"{error.message.splitlines()[0]:.200}"


def _cause(error: ValidationError) -> ValidationError:
    """Return why no alternative fits: what is wrong furthest down in those that come closest."""
    while error.context:
        # That something is no reference is seldom the mistake.
        causes = [each for each in error.context if "'$ref' is a required" not in each.message]
        error = max(
            causes or error.context,
            key=lambda each: (len(each.absolute_path), each.validator != "enum"),
        )
    return error
