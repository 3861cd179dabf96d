"""The contract's names and texts, read from `openapi/names.yaml`."""

from dataclasses import dataclass, field
from typing import Any

from scripts.errors import CannotRunError
from scripts.openapi.paths import template

Words = dict[str, str]
"""The description of each name."""


@dataclass(frozen=True)
class OperationNames:
    """The name of an operation, its tag, the scopes that it requires and its texts."""

    operationId: str
    tag: str
    summary: str = ""
    parameters: Words = field(default_factory=dict)
    scopes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SchemaNames:
    """The roles that identify a published schema, and its texts."""

    roles: list[str] = field(default_factory=list)
    description: str = ""
    properties: Words = field(default_factory=dict)


@dataclass(frozen=True)
class Names:
    """The content of names.yaml; if empty, everything is named by rule and gets no texts."""

    info: str = ""
    tags: Words = field(default_factory=dict)
    operations: dict[str, OperationNames] = field(default_factory=dict)  # by `GET /pets/{}`
    parameters: Words = field(default_factory=dict)
    responses: Words = field(default_factory=dict)
    schemas: dict[str, SchemaNames] = field(default_factory=dict)
    properties: Words = field(default_factory=dict)
    securitySchemes: Words = field(default_factory=dict)


def read_names(raw: Any, where: str) -> Names:
    """Read the names from parsed data; `where` is for errors."""
    names: Names = _record(Names, raw, where)
    operations = {
        template(label): _record(OperationNames, entry, f"{where}: operations: {label}")
        for label, entry in names.operations.items()
    }
    ids = [each.operationId for each in operations.values()]
    if len(operations) < len(names.operations) or len(set(ids)) < len(ids):
        raise CannotRunError(f"{where}: operations: a path or an operationId is listed twice")
    schemas = {
        name: _record(SchemaNames, entry, f"{where}: schemas: {name}")
        for name, entry in names.schemas.items()
    }
    return Names(**{**vars(names), "operations": operations, "schemas": schemas})


def _record(kind: type[Any], raw: Any, where: str) -> Any:
    """Make a record of a mapping with the record's keys and types."""
    known = kind.__dataclass_fields__
    if not isinstance(raw, dict) or not raw.keys() <= known.keys():
        extra = sorted(raw.keys() - known.keys()) if isinstance(raw, dict) else ["no mapping"]
        raise CannotRunError(f"{where} has {', '.join(extra)}: the keys are {', '.join(known)}")
    for key, value in raw.items():
        wanted = list if key in ("roles", "scopes") else str if known[key].type is str else dict
        is_right = isinstance(value, wanted)
        if is_right and (wanted is list or known[key].type == Words):
            texts = value if wanted is list else value.values()
            is_right = all(isinstance(each, str) for each in texts)
        if not is_right:
            raise CannotRunError(f"{where}: {key} has the wrong type: {value!r:.60}")
    try:
        return kind(**raw)
    except TypeError as error:
        raise CannotRunError(f"{where}: operationId and tag are needed") from error
