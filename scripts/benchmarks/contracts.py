"""Large contracts to compare: a synthetic API of the size of the largest published ones.

`python -m scripts.benchmarks.contracts FOLDER` writes them, in a separate process: the peak memory
of a child process includes that of a large parent.
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

import yaml

Json = dict[str, Any]

_TEXT = "What this is for, in as many words as the documentation of a large API has. "


def write(folder: Path) -> None:
    """Write pairs of documents, as `old-NAME` and `new-NAME`."""
    document, smaller = large(), large(260, 185)
    for side, each, less, end in (
        ("old", document, smaller, "string"),
        ("new", changed(document), changed(smaller), "integer"),
    ):
        (folder / f"{side}-large.json").write_text(json.dumps(each, indent=2))
        text = yaml.dump(less, Dumper=yaml.CSafeDumper, sort_keys=False)
        (folder / f"{side}-large.yaml").write_text(text)
        (folder / f"{side}-diamond.json").write_text(json.dumps(diamond(40, end)))


def large(operations: int = 650, components: int = 410) -> Json:
    """Make a deterministic document: by default about 13 MB of indented JSON."""
    chance = random.Random(0)  # noqa: S311 - nothing secret
    names = [f"thing-{number}" for number in range(components)]
    return {
        "openapi": "3.0.3",
        "info": {"title": "Large", "version": "1.0.0"},
        "paths": {
            f"/area-{number % 40}/{{owner}}/things-{number}": {
                "get": _operation(f"get-{number}", chance.sample(names, 2), None),
                "post": _operation(f"post-{number}", chance.sample(names, 2), chance.choice(names)),
            }
            for number in range(operations // 2)
        },
        "components": {
            "schemas": {
                name: _component(number, names[:number], chance)
                for number, name in enumerate(names)
            }
        },
    }


def changed(document: Json) -> Json:
    """Return a revision: every 20th component loses a property, gains one, and loses a value."""
    schemas = dict(document["components"]["schemas"])
    for name in list(schemas)[::20]:
        properties = dict(schemas[name]["properties"])
        del properties["field_1"]
        properties["field_2"] = {**properties["field_2"], "enum": ["open", "closed"]}
        properties["field_new"] = {"type": "string"}
        schemas[name] = {**schemas[name], "properties": properties}
    return {**document, "components": {"schemas": schemas}}


def diamond(levels: int, end: str) -> Json:
    """Make a document whose schemas each contain the next one twice through allOf.

    Both branches define the one property, of the type `end`.
    """
    schemas: Json = {f"L{levels}": {"type": "object", "properties": {"end": {"type": end}}}}
    for level in range(levels):
        below = _reference(f"L{level + 1}")
        for side, limit in (("A", {"minLength": level}), ("B", {"maxLength": 1000 + level})):
            schemas[f"{side}{level}"] = {"allOf": [below, {"properties": {"end": limit}}]}
        schemas[f"L{level}"] = {"allOf": [_reference(f"A{level}"), _reference(f"B{level}")]}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Diamond", "version": "1"},
        "paths": {"/it": {"get": _operation("get-it", ["L0"], None)}},
        "components": {"schemas": schemas},
    }


def _operation(name: str, answers: list[str], body: str | None) -> Json:
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer", "default": 30}}
    owner = {"name": "owner", "in": "path", "required": True, "schema": {"type": "string"}}
    made: Json = {
        "operationId": name,
        "summary": name,
        "description": _TEXT * 4,
        "tags": [name.partition("-")[0]],
        "parameters": [owner, {**limit, "description": _TEXT}],
        "responses": {
            str(200 + number): {
                "description": _TEXT,
                "content": {
                    "application/json": {
                        "schema": _reference(answer),
                        "examples": {"default": {"value": _example(40)}},
                    }
                },
            }
            for number, answer in enumerate(answers)
        },
    }
    if body:
        made["requestBody"] = {"content": {"application/json": {"schema": _reference(body)}}}
    return made


def _component(number: int, earlier: list[str], chance: random.Random) -> Json:
    properties = {f"field_{each}": _field(each, chance) for each in range(28)}
    for each in range(min(3, len(earlier))):
        properties[f"other_{each}"] = _reference(chance.choice(earlier))
    schema: Json = {
        "type": "object",
        "title": f"Thing {number}",
        "description": _TEXT,
        "required": ["field_1", "field_2"],
        "properties": properties,
    }
    if len(earlier) > 5 and number % 10 == 0:
        schema["properties"]["one"] = {"oneOf": [*map(_reference, chance.sample(earlier, 3))]}
    if earlier and number % 7 == 0:
        schema["properties"]["part"] = {"allOf": [_reference(earlier[-1]), {"nullable": True}]}
    return schema


def _field(number: int, chance: random.Random) -> Json:
    kinds: list[Json] = [
        {"type": "string"},
        {"type": "string", "enum": ["open", "closed", "merged"]},
        {"type": "integer", "minimum": 0},
        {"type": "array", "items": {"type": "string", "format": "uri"}},
        {"type": "object", "properties": {"id": {"type": "integer"}, "url": {"type": "string"}}},
        {"type": "boolean"},
    ]
    kind = {"type": "string"} if number < 3 else chance.choice(kinds)
    return {**kind, "description": _TEXT[: 20 + number], "example": "an example"}


def _example(fields: int) -> Json:
    return {
        f"field_{each}": {"id": each, "url": "https://example.com/" * 2} for each in range(fields)
    }


def _reference(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


if __name__ == "__main__":
    write(Path(sys.argv[1]))
