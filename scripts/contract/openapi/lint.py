"""Is the contract one that code can be generated from? All that is wrong with it, a line each."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS30Validator, OAS31Validator
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.paths import equal_templates
from scripts.contract.openapi.pointers import escape
from scripts.contract.openapi.references import local_target, references
from scripts.contract.openapi.walking import walk


def problems(document: Document) -> list[str]:
    """Judge a document by OpenAPI's own schema and by what that misses; empty when it is sound."""
    wrong = list(_references(document))
    if wrong:  # the validator cannot look further
        return wrong
    newer = str(document.get("openapi", "")).startswith("3.1")
    validator = OpenAPIV31SpecValidator if newer else OpenAPIV30SpecValidator
    schemas = OAS31Validator if newer else OAS30Validator
    found = []
    for error in validator(document).iter_errors():
        where = "".join(f"/{escape(str(part))}" for part in error.absolute_path)
        found.append(f"{where or '/'}: {error.message.splitlines()[0]:.200}")
    found += [
        f"/paths: {same} and {path} are the same template"
        for same, path in equal_templates(document.get("paths", {}))
    ]
    for node, where, _ in walk(document):
        found += [f"{where}: {what}" for what in _enum(node)]
        found += [f"{where}: {what}" for what in _values(node, document, schemas)]
    return found


def _references(document: Document) -> Iterator[str]:
    for holder, where, _ in references(document):
        try:
            local_target(document, holder["$ref"])
        except KeyError:
            yield f"{where}: the reference {holder['$ref']!r} points at nothing"
        if {"schema", "content", "properties"} & holder.keys():
            yield f"{where}: what stands beside a $ref is ignored"


def _enum(node: dict[str, Any]) -> Iterator[str]:
    values = node.get("enum")
    if isinstance(values, list):
        if len(values) == 1:
            yield f"an enum of one value ({values[0]!r}) becomes a type of its own"
        for value, count in Counter(map(repr, values)).items():
            if count > 1:
                yield f"the enum holds {value} {count} times"


def _values(node: dict[str, Any], document: Document, validator: Any) -> Iterator[str]:
    """Hold the example and the default of a schema, a parameter or a body against its schema."""
    schema = node.get("schema", node)
    for key in ("example", "default"):
        if key in node and isinstance(schema, dict):
            # The document around the schema, so that its references are found.
            for error in validator({**document, **schema}).iter_errors(node[key]):
                why = error.message.splitlines()[0]
                yield f"the {key} {node[key]!r:.40} does not fit: {why:.200}"
