"""Validate a document against a JSON Schema; return each error as one line with its pointer."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema.exceptions import SchemaError, ValidationError  # type: ignore[import-untyped] # it has no stubs
from jsonschema.validators import validator_for  # type: ignore[import-untyped] # it has no stubs

from scripts.openapi.pointers import join

_IS_MEANT: tuple[Callable[[ValidationError], bool], ...] = (
    lambda wrong: "'$ref' is a required" not in wrong.message,  # which is rarely the cause
    lambda wrong: wrong.validator not in ("enum", "const"),  # as for apiKey, if it is http
)


def closed(*required: str, **properties: Any) -> dict[str, Any]:
    """Return the schema of an object that has only these properties."""
    rest = {"required": [*required], "properties": properties, "additionalProperties": False}
    return {"type": "object", **rest}


def validation_errors(schema: Mapping[str, Any], document: Any) -> Iterator[str]:
    """Yield the errors, each with its pointer."""
    kind = validator_for(schema)
    for error in kind(dict(schema), format_checker=kind.FORMAT_CHECKER).iter_errors(document):
        cause = _cause(error)
        yield f"{pointer_of(cause) or '/'}: {reason_of(cause)}"


def pointer_of(error: ValidationError | SchemaError) -> str:
    """Return the pointer to an invalid value; empty for the whole document."""
    return join(error.absolute_path)


def reason_of(error: ValidationError | SchemaError) -> str:
    """Return the reason of an error on one line."""
    return f"{error.message.splitlines()[0]:.200}"


def _cause(error: ValidationError) -> ValidationError:
    while error.context:
        alternatives: dict[Any, list[ValidationError]] = {}
        for each in error.context:
            alternatives.setdefault(each.schema_path[0], []).append(each)
        kept = list(alternatives.values())
        for is_meant in _IS_MEANT:
            kept = [wrong for wrong in kept if all(map(is_meant, wrong))] or kept
        error = max((each for wrong in kept for each in wrong), key=lambda each: len(each.path))
    return error
