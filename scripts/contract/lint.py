"""Is the contract one that code can be generated from? All that is wrong with it, a line each."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from scripts.contract.document import Document
from scripts.contract.normalise import DATA

_NUMBERS = (int, float)
_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": _NUMBERS,
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
}


def problems(document: Document) -> list[str]:
    """Judge a document by OpenAPI's own schema and by what that misses; empty when it is sound."""
    newer = str(document.get("openapi", "")).startswith("3.1")
    validator = OpenAPIV31SpecValidator if newer else OpenAPIV30SpecValidator
    found = []
    for error in validator(document).iter_errors():
        where = "/".join(str(part) for part in error.absolute_path)
        found.append(f"/{where}: {error.message:.200}")
    return [*found, *_equal_templates(document), *_walk(document, "")]


def _equal_templates(document: Document) -> Iterator[str]:
    shapes: dict[str, str] = {}
    for path in document.get("paths", {}):
        shape = re.sub(r"\{[^}]*\}", "{}", path)
        if shape in shapes:
            yield f"/paths: {shapes[shape]} and {path} are the same template"
        shapes.setdefault(shape, path)


def _walk(node: Any, where: str) -> Iterator[str]:
    if isinstance(node, list):
        for index, item in enumerate(node):
            yield from _walk(item, f"{where}/{index}")
    elif isinstance(node, dict):
        yield from _judge(node, where)
        for key, value in node.items():
            if key not in DATA and not key.startswith("x-"):
                yield from _walk(value, f"{where}/{key.replace('/', '~1')}")


def _judge(node: dict[str, Any], where: str) -> Iterator[str]:
    values = node.get("enum")
    if isinstance(values, list):
        if len(values) == 1:
            yield f"{where}: an enum of one value ({values[0]!r}) becomes a type of its own"
        for value, count in Counter(map(repr, values)).items():
            if count > 1:
                yield f"{where}: the enum holds {value} {count} times"
    for key in ("example", "default"):
        if key in node and not _fits(node[key], node.get("type"), bool(node.get("nullable"))):
            yield f"{where}: the {key} {node[key]!r:.40} is no {node['type']}"
    if isinstance(node.get("$ref"), str) and {"schema", "content", "properties"} & node.keys():
        yield f"{where}: what stands beside a $ref is ignored"


def _fits(value: object, kind: object, nullable: bool) -> bool:
    if not isinstance(kind, str) or kind not in _TYPES or (value is None and nullable):
        return True
    return isinstance(value, _TYPES[kind]) and (kind == "boolean" or not isinstance(value, bool))
