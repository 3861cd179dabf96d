"""Tables of the contract's operations: a module for the facade, and the methods in README.md."""

import ast
from collections.abc import Mapping
from typing import Any, NamedTuple

from scripts.contract.errors import CannotRunError

_METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}
_VALUES = "values-of-"
_START, _END = "<!-- methods: written by `make generate` -->\n", "<!-- end of methods -->\n"

_MODULE = '''"""The operations, fields and values of the contract.

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


OPERATIONS: Final[dict[str, Operation]] = {
%(operations)s
}

# By schema: the names of its fields.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
%(fields)s
}

# By field: the values that are known; others may come.
VALUES: Final[dict[str, tuple[str, ...]]] = {
%(values)s
}

VERSIONS: Final = %(versions)r
'''


class Operation(NamedTuple):
    """An operation of the contract."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    success: tuple[int, ...]


def operations_of(contract: Mapping[str, Any]) -> dict[str, Operation]:
    """Read the operations of a contract, by operationId and in its order."""
    found = [
        _operation(method, path, operation)
        for path, item in contract["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    ]
    return {operation.id: operation for operation in found}


def _operation(method: str, path: str, operation: Mapping[str, Any]) -> Operation:
    security = [scheme for scheme in operation.get("security", []) if scheme]
    scopes = [scope for scheme in security for names in scheme.values() for scope in names]
    success = sorted(int(status) for status in operation["responses"] if status.startswith("2"))
    return Operation(operation["operationId"], method.upper(), path, tuple(scopes), tuple(success))


def operations_module(contract: Mapping[str, Any]) -> str:
    """Write the module of the facade that holds what it needs to know of the contract."""
    schemas = contract.get("components", {}).get("schemas", {})
    fields = {name: tuple(schema.get("properties", ())) for name, schema in schemas.items()}
    values = {
        name.removeprefix(_VALUES): tuple(fact["answer"].split(", "))
        for name, fact in contract.get("x-wire", {}).items()
        if name.startswith(_VALUES)
    }
    return _MODULE % {
        "operations": _entries(operations_of(contract)),
        "fields": _entries({name: names for name, names in fields.items() if names}),
        "values": _entries(values),
        "versions": tuple(schemas.get("ApiVersion", {}).get("enum", ())),
    }


def _entries(table: Mapping[str, tuple[Any, ...]]) -> str:
    return "\n".join(
        f"{name!r}: {type(entry).__name__ * isinstance(entry, Operation)}{tuple(entry)!r},"
        for name, entry in table.items()
    )


def with_methods(
    readme: str, contract: Mapping[str, Any], declared: str, modules: Mapping[str, str]
) -> str:
    """Put the table of the facade's methods between its markers in a readme.

    `declared` is the source of facade/_core/methods.py, `modules` are those of the resources, by
    file name.
    """
    before, start, rest = readme.partition(_START)
    _, end, after = rest.partition(_END)
    if not start or not end:
        raise CannotRunError(f"README.md has no lines {_START.strip()} and {_END.strip()}")
    operations = operations_of(contract)
    rows = ["| method | returns | operations | scopes |", "|---|---|---|---|"]
    for name, entry in _methods(declared).items():
        resource, _, method = name.partition(".")
        try:
            signature, returns = _signature(modules[f"{resource}.py"], method)
            sent = [operations[each] for each in entry["operations"]]
        except KeyError as error:
            raise CannotRunError(f"facade/_core/methods.py: {name}: there is no {error}") from error
        requests = (f"`{each.method} {each.path}`" for each in sent)
        scopes = (f"`{scope}`" for scope in dict.fromkeys(s for each in sent for s in each.scopes))
        cells = (
            f"`{resource}.{signature}`",
            f"`{returns}`",
            ", ".join(requests),
            ", ".join(scopes),
        )
        rows.append(f"| {' | '.join(cells)} |")
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
