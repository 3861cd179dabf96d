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
        alternatives: dict[Any, list[ValidationError]] = {}
        for each in error.context:
            alternatives.setdefault(each.schema_path[0], []).append(each)
        kept = list(alternatives.values())
        for is_meant in (_is_no_reference, _is_of_this_type):
            kept = [wrong for wrong in kept if all(map(is_meant, wrong))] or kept
        error = max((each for wrong in kept for each in wrong), key=lambda each: len(each.path))
    return error


def _is_no_reference(wrong: ValidationError) -> bool:
    """Return whether an error is another one than a missing `$ref`, which is seldom the mistake."""
    return "'$ref' is a required" not in wrong.message


def _is_of_this_type(wrong: ValidationError) -> bool:
    """Return whether an error is not of another type, such as apiKey where a scheme is http."""
    return wrong.validator not in ("enum", "const")
