"""Random edits of a contract, which may or may not change generated code."""

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.contract.diff.documents import Json, S, has
from tests.proof.pets import base, json_of

Edit = Callable[[Json, random.Random], None]
"""Edit an object that was found, with choices of its own."""


def mutated(seed: int) -> Json:
    """Return the contract with one random edit."""
    chosen, given = random.Random(seed), base()  # noqa: S311 - no secret
    wanted, edit = chosen.choice(EDITS)
    edit(chosen.choice(_places(given, wanted)), chosen)
    return given


def _places(item: Any, wanted: Callable[[Json], bool]) -> list[Json]:
    """Return all objects in a document that match."""
    found = [item] if isinstance(item, dict) and wanted(item) else []
    members = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return found + [each for member in members for each in _places(member, wanted)]


def holding(name: str, kind: type = dict) -> Callable[[Json], bool]:
    return lambda each: isinstance(each.get(name), kind)


def of_type(name: str) -> Callable[[Json], bool]:
    return lambda each: each.get("type") == name and "in" not in each


def is_parameter(each: Json) -> bool:
    return each.get("in") in ("query", "header") and "schema" in each


def is_reference(each: Json) -> bool:
    return set(each) == {"$ref"}


def set_to(**values: Any) -> Edit:
    return lambda each, _: each.update(values)


def with_choice(name: str, values: list[Any]) -> Edit:
    return lambda each, chosen: each.update({name: chosen.choice(values)})


def without_one(name: str) -> Edit:
    def edit(each: Json, chosen: random.Random) -> None:
        del each[name][chosen.choice(sorted(each[name]))]

    return edit


def toggle_required(each: Json, chosen: random.Random) -> None:
    name = chosen.choice(sorted(each["properties"]))
    each["required"] = sorted({*each.get("required", [])} ^ {name})


def change_status(each: Json, chosen: random.Random) -> None:
    status = chosen.choice(sorted(each["responses"]))
    each["responses"][str(int(status) + 1)] = each["responses"].pop(status)


def replace_media_type(each: Json, chosen: random.Random) -> None:
    name = chosen.choice(["application/xml", "application/vnd.it+json", "text/plain"])
    each["content"][name] = each["content"].pop("application/json")


def add_error(each: Json, chosen: random.Random) -> None:
    body = chosen.choice([{}, json_of(S)])
    each["responses"]["409"] = {"description": "", **body}


def remove_operation(item: Json, chosen: random.Random) -> None:
    del item[chosen.choice(sorted(item))]


def flatten(schemas: Json, _: random.Random) -> None:
    pet = schemas["Pet"]
    barks = {**pet["properties"], "barks": {"type": "boolean"}}
    schemas["Dog"] = {**has(**barks), "required": pet["required"]}


def rename_component(schemas: Json, _: random.Random) -> None:
    schemas["Person"] = schemas.pop("Owner")
    schemas["Pet"]["properties"]["owner"] = {"$ref": "#/components/schemas/Person"}


def inline(each: Json, _: random.Random) -> None:
    name = each.pop("$ref").rpartition("/")[2]
    each |= copy.deepcopy(base()["components"]["schemas"][name])


EDITS: list[tuple[Callable[[Json], bool], Edit]] = [
    (holding("properties"), without_one("properties")),
    (holding("properties"), lambda each, _: each["properties"].update(added=S)),
    (holding("properties"), toggle_required),
    (holding("properties"), set_to(additionalProperties=False)),
    (is_parameter, lambda each, _: each.update(required=not each.get("required", False))),
    (
        is_parameter,
        lambda each, _: each.update({"in": {"query": "header"}.get(each["in"], "query")}),
    ),
    (lambda each: each.get("type") == "string" and "enum" not in each, set_to(maxLength=9)),
    (lambda each: each == S, set_to(type="integer")),
    (of_type("string"), set_to(nullable=True)),
    (of_type("string"), set_to(readOnly=True)),
    (of_type("object"), set_to(title="Other")),
    (lambda each: "type" in each, set_to(description="New words.")),
    (holding("format", str), with_choice("format", ["password", "int64", "date-time", "email"])),
    (holding("enum", list), lambda each, _: each["enum"].append("bird")),
    (holding("default", int), set_to(default=20)),
    (is_reference, lambda each, _: each.update(allOf=[{"$ref": each.pop("$ref")}])),
    (is_reference, inline),
    (holding("responses"), change_status),
    (holding("responses"), add_error),
    (holding("responses"), without_one("responses")),
    (
        holding("content"),
        lambda each, _: each["content"].update({"application/xml": {"schema": S}}),
    ),
    (holding("content"), replace_media_type),
    (holding("requestBody"), lambda each, _: each["requestBody"].pop("required")),
    (
        holding("operationId", str),
        lambda each, _: each.update(operationId=f"{each['operationId']}-new"),
    ),
    (holding("operationId", str), set_to(security=[{"key": []}])),
    (holding("tags", list), set_to(tags=["animals"])),
    (holding("post"), remove_operation),
    (holding("/pets"), lambda each, _: each.update({"/animals": each.pop("/pets")})),
    (holding("Spare"), lambda each, _: each.pop("Spare")),
    (holding("Dog"), flatten),
    (holding("Owner"), rename_component),
]
