"""Reads the JSON of a response as models, without generated ones, which reject unexpected fields.

A field becomes an attribute if the attribute can hold its value; all other fields are in `extra`,
whatever their type. UnexpectedBodyError is raised if the body does not contain the model.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar, cast

from attrs import evolve
from attrs import fields as fields_of

from facade._core.reading import RawResponse
from facade.models import Association, Page, Relation

Item = TypeVar("Item")
Json = dict[str, Any]


class UnexpectedBodyError(ValueError):
    """A body does not contain the requested model."""


def in_body(read: Callable[[object], Item]) -> Callable[[RawResponse], Item]:
    """Return a function that reads the JSON of a response, by one that reads its value."""
    return lambda response: read(parse_body(response.content))


def parse_body(content: bytes) -> Any:
    """Parse a body as JSON; return it as text if it is not JSON, such as an HTML page."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode(errors="replace")


# The type of the values of an attribute, by its annotation.
_TYPES = {annotation: each for each in (str, int, bool) for annotation in (each, each | None)}


class _Attribute(NamedTuple):
    """An attribute of a model, and whether `extra` also keeps its field."""

    name: str
    type: type
    in_extra: bool


def _attributes(model: type[Any]) -> dict[str, _Attribute]:
    """Return the attributes of a model, by the wire names of their fields.

    Raises TypeError for an unsupported annotation: the attribute would always be None.
    """
    found: dict[str, _Attribute] = {}
    for each in fields_of(model):
        if not each.init or each.name == "extra" or each.name.startswith("_"):
            continue
        if each.type not in _TYPES:
            name = f"{model.__name__}.{each.name}"
            raise TypeError(f"{name} must be str, int or bool, optionally | None, not {each.type}")
        in_extra = each.metadata.get("in_extra", False)
        found[_wire_name(each.name)] = _Attribute(each.name, _TYPES[each.type], in_extra)
    return found


def _wire_name(name: str) -> str:
    """Return the wire name of an attribute: firstObjectKey for first_object_key."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


_ASSOCIATION = _attributes(Association)
_RELATION = _attributes(Relation)


def _arguments(attributes: Mapping[str, _Attribute], item: Json, extra: Json) -> Json:
    """Return the arguments of a model; unknown fields of `item` are added to `extra`."""
    arguments: Json = {"extra": extra}
    for name, value in item.items():
        attribute = attributes.get(name)
        if attribute is None:
            extra[name] = value
            continue
        is_held = type(value) is attribute.type
        if is_held:
            arguments[attribute.name] = value
        if attribute.in_extra or not (is_held or value is None):
            extra[name] = value
    return arguments


def association(body: object) -> Association:
    """Read an association, with or without an envelope."""
    item = _object(body)
    siblings: Json = {}
    inner = item.get("association")
    if isinstance(inner, dict) and cast("Json", inner).get("id"):
        siblings = {name: value for name, value in item.items() if name != "association"}
        item = cast("Json", inner)
    arguments = _arguments(_ASSOCIATION, item, siblings)
    if not arguments.get("id"):
        raise UnexpectedBodyError("it contains no association with an `id` that is text")
    return Association(**arguments)


def association_page(body: object) -> Page[Association]:
    """Read a page of associations; a list without an envelope or one association is a page, too."""
    found = _items(body, "associations")
    if found is None:
        return Page((association(body),))
    return _page(tuple(association(item) for item in found), body, "associations")


def relation(body: object) -> Relation:
    """Read a relation, which may lack an id if it has two record ids."""
    arguments = _arguments(_RELATION, _object(body), {})
    arguments.setdefault("id", "")
    found = Relation(**arguments)
    if not found.id and not (found.first_record_id and found.second_record_id):
        raise UnexpectedBodyError("it contains no relation: neither an `id` nor two record ids")
    return found


def relation_page(record_id: str, body: object) -> Page[Relation]:
    """Read a page of a record's relations, each in the full form or in the short form of v3."""
    found = _items(body, "relations")
    if found is None:
        raise UnexpectedBodyError("it contains no list of relations")
    items: list[Relation] = []
    for item in map(_object, found):
        if isinstance(item.get("associations"), list):
            items += _short_form(record_id, item)
        else:
            items.append(relation(item))
    page = _page(tuple(items), body, "relations")
    return page if len(items) == len(found) else evolve(page, entries=len(found))


def _short_form(record_id: str, item: Json) -> list[Relation]:
    """Read `{recordId, associations: [{associationId, relationId}]}`, which has no sides."""
    other = item.get("recordId")
    if not isinstance(other, str) or not other:
        raise UnexpectedBodyError("a relation in it has no `recordId`")
    siblings = {
        name: each for name, each in item.items() if name not in ("recordId", "associations")
    }
    found: list[Relation] = []
    for each in item["associations"]:
        fields = dict(_object(each))
        if "relationId" in fields:
            fields["id"] = fields.pop("relationId")
        arguments = _arguments(_RELATION, fields, dict(siblings))
        arguments.setdefault("id", "")
        found.append(Relation(**arguments, unsided=(record_id, other)))
    return found


def deletion(body: object) -> None:
    """Accept a successful deletion, unless the body says that nothing was deleted."""
    if isinstance(body, dict) and cast("Json", body).get("deleted") is False:
        raise UnexpectedBodyError("it says that nothing was deleted")


def failed_entries(body: object) -> list[object]:
    """Return the entries of the pairs that failed, from the response to a batch creation."""
    results: object = _object(body).get("results")
    found: object = cast("Json", results).get("errored") if isinstance(results, dict) else None
    if not isinstance(found, list):
        raise UnexpectedBodyError("it contains no list of failures")
    return cast("list[object]", found)


def _object(body: object) -> Json:
    if not isinstance(body, dict):
        raise UnexpectedBodyError(f"an object was expected, not {body!r:.40}")
    return cast("Json", body)


def _items(body: object, name: str) -> list[object] | None:
    """Return the list in a body, with or without an envelope; None if there is none."""
    found: object = cast("Json", body).get(name) if isinstance(body, dict) else body
    return cast("list[object]", found) if isinstance(found, list) else None


def _page(items: tuple[Item, ...], body: object, name: str) -> Page[Item]:
    """Return a page; a total that is not a count stays in `extra`, because paging needs none."""
    extra = dict(cast("Json", body)) if isinstance(body, dict) else {}
    extra.pop(name, None)
    total = extra.get("total")
    if type(total) is not int or total < 0:
        return Page(items, None, extra)
    del extra["total"]
    return Page(items, total, extra)
