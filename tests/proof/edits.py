"""Random edits of a contract, which may or may not change generated code."""

import copy
import random
from collections.abc import Callable
from typing import Any

from tests.contract.diff.documents import Json, S, has
from tests.proof.pets import base, json_of


def places(item: Any, wanted: Callable[[Json], bool]) -> list[Json]:
    """Return all objects in a document that match."""
    found = [item] if isinstance(item, dict) and wanted(item) else []
    members = item.values() if isinstance(item, dict) else item if isinstance(item, list) else ()
    return found + [each for member in members for each in places(member, wanted)]


def mutated(seed: int) -> Json:
    """Return the contract with one random edit."""
    chosen, given = random.Random(seed), base()  # noqa: S311 - no secret
    edit = chosen.choice(EDITS)
    edit(given, chosen)
    return given


def _pick(given: Json, chosen: random.Random, key: str, kind: type = dict) -> Json:
    return chosen.choice(places(given, lambda each: isinstance(each.get(key), kind)))


def _remove_property(given: Json, chosen: random.Random) -> None:
    holder = _pick(given, chosen, "properties")
    del holder["properties"][chosen.choice(sorted(holder["properties"]))]


def _add_property(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "properties")["properties"]["added"] = S


def _toggle_required(given: Json, chosen: random.Random) -> None:
    holder = _pick(given, chosen, "properties")
    name = chosen.choice(sorted(holder["properties"]))
    holder["required"] = sorted({*holder.get("required", [])} ^ {name})


def _toggle_parameter(given: Json, chosen: random.Random) -> None:
    found = places(given, lambda each: each.get("in") in ("query", "header") and "schema" in each)
    each = chosen.choice(found)
    each["required"] = not each.get("required", False)


def _move_parameter(given: Json, chosen: random.Random) -> None:
    each = chosen.choice(
        places(given, lambda e: e.get("in") in ("query", "header") and "schema" in e)
    )
    each["in"] = "header" if each["in"] == "query" else "query"


def _limit(given: Json, chosen: random.Random) -> None:
    found = places(given, lambda each: each.get("type") == "string" and "enum" not in each)
    chosen.choice(found)["maxLength"] = 9


def _change_type(given: Json, chosen: random.Random) -> None:
    each = chosen.choice(places(given, lambda each: each == S))
    each["type"] = "integer"


def _change_format(given: Json, chosen: random.Random) -> None:
    each = _pick(given, chosen, "format", str)
    each["format"] = chosen.choice(["password", "int64", "date-time", "email"])


def _grow_enum(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "enum", list)["enum"].append("bird")


def _make_nullable(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: each.get("type") == "string" and "in" not in each))[
        "nullable"
    ] = True


def _change_status(given: Json, chosen: random.Random) -> None:
    responses = _pick(given, chosen, "responses")["responses"]
    status = chosen.choice(sorted(responses))
    responses[str(int(status) + 1)] = responses.pop(status)


def _add_media_type(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "content")["content"]["application/xml"] = {"schema": S}


def _rename_operation(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "operationId", str)["operationId"] += "-new"


def _retag(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "tags", list)["tags"] = ["animals"]


def _retitle(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: each.get("type") == "object"))["title"] = "Other"


def _describe(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: "type" in each))["description"] = "New words."


def _secure(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "operationId", str)["security"] = [{"key": []}]


def _close(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "properties")["additionalProperties"] = False


def _drop_operation(given: Json, chosen: random.Random) -> None:
    item = given["paths"]["/pets"]
    del item[chosen.choice(sorted(item))]


def _move_path(given: Json, _: random.Random) -> None:
    given["paths"]["/animals"] = given["paths"].pop("/pets")


def _flatten(given: Json, _: random.Random) -> None:
    pet = given["components"]["schemas"]["Pet"]
    barks = {**pet["properties"], "barks": {"type": "boolean"}}
    given["components"]["schemas"]["Dog"] = {**has(**barks), "required": pet["required"]}


def _rename_component(given: Json, _: random.Random) -> None:
    schemas = given["components"]["schemas"]
    schemas["Person"] = schemas.pop("Owner")
    schemas["Pet"]["properties"]["owner"] = {"$ref": "#/components/schemas/Person"}


def _wrap(given: Json, chosen: random.Random) -> None:
    holder = chosen.choice(places(given, lambda each: set(each) == {"$ref"}))
    holder["allOf"] = [{"$ref": holder.pop("$ref")}]


def _make_read_only(given: Json, chosen: random.Random) -> None:
    chosen.choice(places(given, lambda each: each.get("type") == "string" and "in" not in each))[
        "readOnly"
    ] = True


def _drop_unused(given: Json, _: random.Random) -> None:
    del given["components"]["schemas"]["Spare"]


def _change_default(given: Json, chosen: random.Random) -> None:
    _pick(given, chosen, "default", int)["default"] = 20


def _add_error(given: Json, chosen: random.Random) -> None:
    responses = _pick(given, chosen, "responses")["responses"]
    responses["409"] = chosen.choice([{"description": ""}, {"description": "", **json_of(S)}])


def _drop_response(given: Json, chosen: random.Random) -> None:
    responses = _pick(given, chosen, "responses")["responses"]
    del responses[chosen.choice(sorted(responses))]


def _replace_media_type(given: Json, chosen: random.Random) -> None:
    content = _pick(given, chosen, "content")["content"]
    name = chosen.choice(["application/xml", "application/vnd.it+json", "text/plain"])
    content[name] = content.pop("application/json")


def _inline(given: Json, chosen: random.Random) -> None:
    holder = chosen.choice(places(given, lambda each: set(each) == {"$ref"}))
    name = holder.pop("$ref").rpartition("/")[2]
    holder |= copy.deepcopy(given["components"]["schemas"][name])


def _require_body(given: Json, chosen: random.Random) -> None:
    del _pick(given, chosen, "requestBody")["requestBody"]["required"]


EDITS = (
    _remove_property, _add_property, _toggle_required, _toggle_parameter, _move_parameter, _limit,
    _change_type, _change_format, _grow_enum, _make_nullable, _change_status, _add_media_type,
    _rename_operation, _retag, _retitle, _describe, _secure, _close, _drop_operation, _move_path,
    _flatten, _rename_component, _wrap, _make_read_only, _drop_unused, _change_default,
    _add_error, _drop_response, _replace_media_type, _inline, _require_body,
)  # fmt: skip
