"""Tables of the contract: two modules of the facade, and the methods in README.md."""

from collections.abc import Mapping
from typing import Any

from scripts.contract.impact.facade import Facade
from scripts.errors import CannotRunError
from scripts.openapi.nodes import object_at
from scripts.openapi.paths import Operation, operations_in
from scripts.openapi.references import Source

_VALUES = "values-of-"
_START, _END = "<!-- methods: written by `make generate` -->\n", "<!-- end of methods -->\n"

_OPERATIONS = '''"""The operations and Versions of the contract.

Generated from openapi/associations.json by `make generate`: edit openapi/overlay.yaml instead.
"""

from typing import Final, NamedTuple


class Operation(NamedTuple):
    """An operation; `path` has parameters in braces, `success` are the statuses of a success."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    success: tuple[int, ...]
    is_published: bool = True


OPERATIONS: Final[dict[str, Operation]] = {
%(operations)s
}

# By operation that HighLevel has deprecated: its last day, empty if none is published.
DEPRECATED: Final[dict[str, str]] = {
%(deprecated)s
}

VERSIONS: Final = %(versions)r
'''
_SCHEMAS = '''"""The fields and values of the contract.

Generated from openapi/associations.json by `make generate`: edit openapi/overlay.yaml instead.
"""

from typing import Final

# By schema: the names of its fields.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
%(fields)s
}

# By schema: the fields that it requires.
REQUIRED: Final[dict[str, tuple[str, ...]]] = {
%(required)s
}

# By field: the values that are known; others may come.
VALUES: Final[dict[str, tuple[str, ...]]] = {
%(values)s
}
'''


def operations_of(contract: dict[str, Any]) -> dict[str, Operation]:
    """Return the operations of a contract by operationId, in its order."""
    source = Source("contract", contract)
    return {each.id: each for each in operations_in(source, source.root.get("paths"))}


def scopes_of(contract: dict[str, Any], operation: Operation) -> list[str]:
    """Return the scopes that an operation requires: its own, or else those of the contract."""
    schemes = operation.node.value.get("security", contract.get("security", []))
    return [scope for scheme in schemes for scopes in scheme.values() for scope in scopes]


def is_published(operation: Operation) -> bool:
    return "x-unpublished" not in operation.node.value


def sunset_of(operation: Operation) -> str | None:
    """Return the last day of a deprecated operation, empty if unknown; None if not deprecated."""
    if operation.node.value.get("deprecated") is not True:
        return None
    return str(operation.node.value.get("x-sunset", ""))


def operations_module(contract: dict[str, Any]) -> str:
    operations, sunsets = {}, {}
    for name, each in operations_of(contract).items():
        # A range such as 2XX has no single status.
        statuses = (int(one) for one in each.node.value["responses"] if one.isdecimal())
        success = tuple(sorted(one for one in statuses if 200 <= one < 300))
        scopes = tuple(scopes_of(contract, each))
        fields = (name, each.method.upper(), each.path, scopes, success)
        operations[name] = f"Operation{(*fields, *([] if is_published(each) else [False]))!r}"
        if (day := sunset_of(each)) is not None:
            sunsets[name] = repr(day)
    versions = object_at(_schemas(contract), "ApiVersion").get("enum", ())
    return _OPERATIONS % {
        "operations": _lines(operations),
        "deprecated": _lines(sunsets),
        "versions": tuple(versions),
    }


def schemas_module(contract: dict[str, Any]) -> str:
    fields: dict[str, str] = {}
    required: dict[str, str] = {}
    values: dict[str, str] = {}
    for name, schema in _schemas(contract).items():
        names = tuple(schema.get("properties", ()))
        needed = tuple(each for each in names if each in schema.get("required", ()))
        fields |= {name: repr(names)} if names else {}
        required |= {name: repr(needed)} if needed else {}
    for name, fact in object_at(contract, "x-wire").items():
        if name.startswith(_VALUES):
            values[name.removeprefix(_VALUES)] = repr(tuple(fact["answer"].split(", ")))
    tables = {"fields": fields, "required": required, "values": values}
    return _SCHEMAS % {name: _lines(table) for name, table in tables.items()}


def _schemas(contract: dict[str, Any]) -> dict[str, Any]:
    return object_at(object_at(contract, "components"), "schemas")


def _lines(table: Mapping[str, str]) -> str:
    return "\n".join(f"{name!r}: {entry}," for name, entry in table.items())


def with_methods(readme: str, contract: dict[str, Any], facade: Facade) -> str:
    """Insert the table of the facade's methods between its markers in a readme."""
    before, start, rest = readme.partition(_START)
    _, end, after = rest.partition(_END)
    if not start or not end:
        raise CannotRunError(f"README.md has no lines {_START.strip()} and {_END.strip()}")
    operations = operations_of(contract)
    rows = ["| method | returns | operations | scopes |", "|---|---|---|---|"]
    for name, each in facade.methods.items():
        missing = [one for one in each.operations if one not in operations]
        missing += [] if each.returns else [name]
        if missing:
            raise CannotRunError(f"facade/_core/methods.py: {name}: there is no {missing[0]!r}")
        sent = [operations[one] for one in each.operations]
        arguments = [*each.positional, *(["*", *each.keywords] if each.keywords else [])]
        scopes = dict.fromkeys(scope for one in sent for scope in scopes_of(contract, one))
        call = f"{name}({', '.join(arguments)})"
        cells = ([call], [each.returns], [one.label for one in sent], scopes)
        row = " | ".join("<br>".join(f"`{text}`" for text in cell) for cell in cells)
        rows.append(f"| {row} |")
    return before + start + "".join(f"{row}\n" for row in rows) + end + after
