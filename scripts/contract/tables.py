"""Tables of the contract: two modules of the facade, and the methods in README.md."""

import ast
from collections.abc import Mapping
from typing import Any

from scripts.errors import CannotRunError
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
    """Return whether HighLevel publishes an operation; the overlay adds others."""
    return "x-unpublished" not in operation.node.value


def sunset_of(operation: Operation) -> str | None:
    """Return the last day of a deprecated operation, empty if unknown; None if not deprecated."""
    if operation.node.value.get("deprecated") is not True:
        return None
    return str(operation.node.value.get("x-sunset", ""))


def _entry(contract: dict[str, Any], operation: Operation) -> str:
    statuses = operation.node.value["responses"]
    fields = (
        operation.id,
        operation.method.upper(),
        operation.path,
        tuple(scopes_of(contract, operation)),
        # A range such as 2XX has no single status.
        tuple(sorted(int(each) for each in statuses if each[0] == "2" and each.isdecimal())),
        *([] if is_published(operation) else [False]),
    )
    return f"Operation{fields!r}"


def operations_module(contract: dict[str, Any]) -> str:
    """Write the module of the facade with the operations."""
    found = operations_of(contract)
    operations = {name: _entry(contract, each) for name, each in found.items()}
    sunsets = {name: sunset_of(each) for name, each in found.items()}
    return _OPERATIONS % {
        "operations": _lines(operations),
        "deprecated": _lines({name: repr(day) for name, day in sunsets.items() if day is not None}),
        "versions": tuple(_schemas(contract).get("ApiVersion", {}).get("enum", ())),
    }


def schemas_module(contract: dict[str, Any]) -> str:
    """Write the module of the facade with the fields and values."""
    schemas = _schemas(contract)
    fields = {name: tuple(schema.get("properties", ())) for name, schema in schemas.items()}
    required = {
        name: tuple(each for each in fields[name] if each in schema.get("required", ()))
        for name, schema in schemas.items()
    }
    facts = contract.get("x-wire", {})
    values = {
        name.removeprefix(_VALUES): repr(tuple(_answer(name, fact).split(", ")))
        for name, fact in (facts.items() if isinstance(facts, dict) else ())
        if name.startswith(_VALUES)
    }
    return _SCHEMAS % {
        "fields": _lines({name: repr(names) for name, names in fields.items() if names}),
        "required": _lines({name: repr(names) for name, names in required.items() if names}),
        "values": _lines(values),
    }


def _schemas(contract: dict[str, Any]) -> dict[str, Any]:
    schemas: dict[str, Any] = contract.get("components", {}).get("schemas", {})
    return schemas


def _answer(name: str, fact: Any) -> str:
    answer = fact.get("answer") if isinstance(fact, dict) else None
    if not isinstance(answer, str):
        raise CannotRunError(f"the contract's fact x-wire/{name} needs a string as `answer`")
    return answer


def _lines(table: Mapping[str, str]) -> str:
    return "\n".join(f"{name!r}: {entry}," for name, entry in table.items())


def with_methods(
    readme: str, contract: dict[str, Any], declared: str, modules: Mapping[str, str]
) -> str:
    """Insert the table of the facade's methods between its markers in a readme.

    `declared` is the source of facade/_core/methods.py, `modules` are those of the resources, by
    file name.
    """
    before, start, rest = readme.partition(_START)
    _, end, after = rest.partition(_END)
    if not start or not end:
        raise CannotRunError(f"README.md has no lines {_START.strip()} and {_END.strip()}")
    operations = operations_of(contract)
    rows = ["| method | returns | operations | scopes |", "|---|---|---|---|"]
    for name, ids in _methods(declared).items():
        resource, _, method = name.partition(".")
        try:
            signature, returns = _signature(modules[f"{resource}.py"], method)
            sent = [operations[each] for each in ids]
        except KeyError as error:
            raise CannotRunError(f"facade/_core/methods.py: {name}: there is no {error}") from error
        labels = [each.label for each in sent]
        scopes = dict.fromkeys(scope for each in sent for scope in scopes_of(contract, each))
        cells = ([f"{resource}.{signature}"], [returns], labels, scopes)
        row = " | ".join("<br>".join(f"`{text}`" for text in cell) for cell in cells)
        rows.append(f"| {row} |")
    return before + start + "".join(f"{row}\n" for row in rows) + end + after


def _methods(declared: str) -> dict[str, Any]:
    for node in ast.parse(declared).body:
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "METHODS" and node.value:
            methods: dict[str, Any] = ast.literal_eval(node.value)
            return methods
    raise CannotRunError("facade/_core/methods.py does not assign METHODS")


def _signature(module: str, method: str) -> tuple[str, str]:
    """Return the call of a method, without its options, and its return annotation."""
    for node in ast.walk(ast.parse(module)):
        if isinstance(node, ast.FunctionDef) and node.name == method and node.returns:
            positional = [each.arg for each in node.args.args if each.arg != "self"]
            named = [each.arg for each in node.args.kwonlyargs]
            parameters = [*positional, *(["*", *named] if named else [])]
            return f"{method}({', '.join(parameters)})", ast.unparse(node.returns)
    raise KeyError(method)
