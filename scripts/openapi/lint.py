"""Check that code can be generated from a contract, and leave out defects that concern nobody.

Every error is one line.
"""

import copy
from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped] # no stubs
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from openapi_spec_validator.schemas import schema_v30

from scripts.openapi.documents import Document
from scripts.openapi.nodes import list_at, object_at
from scripts.openapi.paths import (
    METHODS,
    arguments,
    equal_templates,
    operation_objects,
    template,
)
from scripts.openapi.pointers import join, lookup, split
from scripts.openapi.references import (
    followed,
    local_target,
    reached_components,
    references,
)
from scripts.openapi.validation import pointer_of, reason_of, validation_errors
from scripts.openapi.walking import walk
from scripts.visible import visible

_CHECKED_FURTHER = ("/paths", "/components", "/webhooks", "/security")
# Schemas in these keywords apply to the same value as the schema that contains them.
_IN_PLACE = ("allOf", "anyOf", "oneOf", "not", "if", "then", "else")
# Keywords that no code is generated from; a name after one of _HOLDERS is no keyword.
_NOT_GENERATED = frozenset("callbacks contact example externalDocs headers license links".split())
_HOLDERS = frozenset("properties schemas patternProperties paths".split())


def problems(document: Document) -> list[str]:
    """Check a document by the schema of OpenAPI 3.0 and by further rules; empty if it is valid.

    A check that relies on an earlier one is skipped after an error of that one.
    """
    return [visible(line) for line in _problems(document)]


def _problems(document: Document) -> list[str]:
    if wrong := [*_references(document)] or [*_kinds(document), *_recursive(document)]:
        return wrong
    wrong = list(validation_errors(schema_v30, document))
    has_form = not any(line.startswith(_CHECKED_FURTHER) for line in wrong)
    wrong += [*_templates(document), *_operations(document)]
    if has_form:
        wrong += _security(document)
    if not wrong:
        wrong += [
            f"{pointer_of(error) or '/'}: {reason_of(error)}"
            for error in _with_failure(OpenAPIV30SpecValidator(document).iter_errors())
        ]
    for node, where, _ in walk(document):
        wrong += [f"{where}: {what}" for what in _schema(node)]
        if has_form:
            wrong += [f"{where}: {what}" for what in _values(node, document)]
    return wrong


def dangling(document: Document, *, is_bundled: bool = False) -> Iterator[tuple[str, str]]:
    """Yield the local references that point at nothing, each with a place; of a bundle, all."""
    for reference in references(document):
        if is_bundled or (reference.text.startswith("#") and reference.text != "#"):
            try:
                local_target(document, reference.text)
            except KeyError:
                yield reference.text, reference.where


def _references(document: Document) -> Iterator[str]:
    for text, where in dangling(document, is_bundled=True):
        yield f"{where}: the reference {text!r} points at nothing"
    for each in references(document):
        if each.key == "$ref" and {"schema", "content", "properties"} & each.holder.keys():
            yield f"{each.where}: the siblings of a $ref are ignored: remove them"


def _kinds(document: Document) -> Iterator[str]:
    for reference in references(document):
        steps = split(unquote(reference.text[1:]))
        if steps[:1] == ["components"] and len(steps) == 3 and steps[1] != reference.kind:
            kinds = f"one of {steps[1]}, but must be one of {reference.kind}"
            yield f"{reference.where}: {reference.text!r} is {kinds}"


def _recursive(document: Document) -> Iterator[str]:
    """Report schemas that contain themselves; following them would never end."""
    ended = set[int]()
    for start, where, _ in walk(document):
        under_way = {id(start): iter(_parts(document, start))}
        while id(start) not in ended:
            node = next(reversed(under_way))
            part = next(under_way[node], None)
            if part is None:
                ended.add(node)
                del under_way[node]
            elif id(part) in under_way:
                yield f"{where}: it contains itself without end"
                ended |= under_way.keys()
            elif id(part) not in ended:
                under_way[id(part)] = iter(_parts(document, part))


def _parts(document: Document, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    held = [node[key] for key in _IN_PLACE if key in node]
    parts = [part for each in held for part in (each if isinstance(each, list) else [each])]
    if isinstance(node.get("$ref"), str):  # it leads somewhere: that is checked first
        parts.append(local_target(document, node["$ref"]))
    return (part for part in parts if isinstance(part, dict))


def _templates(document: Document) -> Iterator[str]:
    paths = [*object_at(document, "paths")]
    for earlier, later in equal_templates(paths):
        yield f"/paths: {earlier} and {later} are the same template"
    for path in paths:
        if {"{", "}"} & set(template(path).replace("{}", "")):
            yield f"/paths: {path} has an unpaired brace"


def _operations(document: Document) -> Iterator[str]:
    """Report why the generator would leave an operation out."""
    for path, method, operation in operation_objects(document):
        where = join(("paths", path, method))
        holders = document["paths"][path], operation
        stated = [each for holder in holders for each in list_at(holder, "parameters")]
        found = [each for one in stated if isinstance(each := followed(document, one), dict)]
        declared = [each.get("name") for each in found if each.get("in") == "path"]
        for name in [each for each in arguments(path) if each not in declared]:
            yield f"{where}: the path parameter {name!r} is not declared"
        for name, media in object_at(object_at(operation, "requestBody"), "content").items():
            if isinstance(media, dict) and "schema" not in media:
                yield f"{where}: the body {name} has no schema"


def _security(document: Document) -> Iterator[str]:
    known = document.get("components", {}).get("securitySchemes", {})
    for node, where, _ in walk(document):
        named = dict.fromkeys(name for each in node.get("security", ()) for name in each)
        for name in [each for each in named if each not in known]:
            yield f"{where}/security: there is no security scheme {name!r}"


def _schema(node: dict[str, Any]) -> Iterator[str]:
    if node.get("type") == "array" and "items" not in node:
        yield "the array has no items"
    values = node.get("enum")
    if isinstance(values, list):
        if len(values) == 1:
            yield f"the enum has one value ({values[0]!r}): the generator makes a type of it"
        for value, count in Counter(map(repr, values)).items():
            if count > 1:
                yield f"the enum contains {value} {count} times"
        if len({type(each) for each in values if each is not None}) > 1:
            yield "the enum mixes types: the generator makes no class of it"
        texts = {each for each in values if isinstance(each, str) and each[:1].isalpha()}
        for name, count in Counter(map(str.upper, texts)).items():
            if count > 1:
                yield f"the enum has {count} values that the generator calls {name}"


def _values(node: dict[str, Any], document: Document) -> Iterator[str]:
    schema = node.get("schema", node)
    for key in ("example", "default"):
        if key in node and isinstance(schema, dict):
            # The schema is embedded in the document so that its references resolve.
            for error in _with_failure(
                OAS30Validator({**document, **schema}).iter_errors(node[key])
            ):
                yield f"the {key} {node[key]!r:.40} is invalid: {reason_of(error)}"


def _with_failure(errors: Iterator[ValidationError]) -> Iterator[ValidationError]:
    """Yield errors; if the validator itself fails, yield that as the last one."""
    try:
        yield from errors
    except Exception as error:  # the validator expects a valid document
        yield ValidationError(f"it cannot be checked: {type(error).__name__}: {error}")


class Sound(NamedTuple):
    """A document without its defects that concern nobody, these, and the others."""

    document: Document
    left_out: list[str]
    problems: list[str]


def without_defects(document: Document, needed: Collection[str]) -> Sound:
    """Leave out defects of operations that are not needed, and of what no code is generated from.

    `needed` has templates of methods and paths, such as `GET /pets/{}`; all, if it is empty.
    """
    left_out: list[str] = []
    while found := problems(document):
        cuts = {each: _unneeded(document, each, needed) for each in found}
        document = copy.deepcopy(document)
        gone = {each for each in dict.fromkeys(cuts.values()) if each and _remove(document, each)}
        if not gone:
            break
        left_out += [each for each, steps in cuts.items() if steps in gone]
    return Sound(document, left_out, found)


def _unneeded(document: Document, problem: str, needed: Collection[str]) -> tuple[str, ...]:
    """Return the place of what can be left out because of a problem; nothing if it is needed."""
    where, _, what = problem.partition(": ")
    steps = (*split(where), *(["example"] if what.startswith("the example ") else []))
    for index, step in enumerate(steps):
        if step in _NOT_GENERATED and steps[index - 1] not in _HOLDERS:
            return steps[: index + 1]
    if not needed or len(steps) < 3:
        return ()
    if steps[0] == "paths" and steps[2] in METHODS:
        is_needed = template(f"{steps[2].upper()} {steps[1]}") in needed
    else:
        is_named = steps[0] != "components" or steps[1] == "securitySchemes"
        is_needed = is_named or steps[1:3] in _reached(document, needed)
    return () if is_needed else steps[:3]


def _reached(document: Document, needed: Collection[str]) -> set[tuple[str, ...]]:
    operations = [
        operation
        for path, method, operation in operation_objects(document)
        if template(f"{method.upper()} {path}") in needed
    ]
    return {*reached_components({**document, "paths": operations})}


def _remove(document: Document, steps: tuple[str, ...]) -> bool:
    try:
        del lookup(document, join(steps[:-1]))[steps[-1]]
    except KeyError:
        return False
    return True
