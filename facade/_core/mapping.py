"""Reads the JSON of a response as models, without generated ones, which reject unexpected fields.

A field becomes an attribute if the attribute can hold its value; all other fields are in `extra`,
whatever their type. UnexpectedBodyError is raised if the body does not contain the model.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeGuard, TypeVar, cast

from attrs import evolve
from attrs import fields as fields_of

from facade._core.reading import RawResponse, UnexpectedBodyError
from facade.models import Association, Page, Relation

Item = TypeVar("Item")
Json = dict[str, Any]


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


class _Fields(Generic[Item]):
    """The fields of a model, by their wire names, and how they become its attributes."""

    def __init__(self, model: type[Item], **defaults: object) -> None:
        """Take the defaults that are not None."""
        self._new = partial(object.__new__, model)
        held = [each for each in fields_of(cast("Any", model)) if each.name != "extra"]
        self._defaults = {each.name: defaults.get(each.name) for each in held}
        # By wire name: an attribute, the type of its values, and whether they are in `extra`, too.
        self._attributes: dict[str, tuple[str, type | None, bool]] = {
            wire_name(each.name): (each.name, _TYPES[each.type], "in_extra" in each.metadata)
            for each in held
            if not each.name.startswith("_")
        }

    def read(self, item: Json, extra: Json, **known: object) -> Item:
        """Make a model; unknown fields of `item` are added to `extra`.

        Without `__init__`, which takes longer than the rest. `known` are attributes, not fields.
        """
        model = self._new()
        values: Json = model.__dict__
        values.update(self._defaults, **known)
        find = self._attributes.get
        for name, value in item.items():
            attribute, kind, is_extra = find(name) or _UNKNOWN
            if type(value) is kind:
                values[attribute] = value
            elif value is not None:
                is_extra = True
            if is_extra:
                extra[name] = value
        values["extra"] = extra
        return model


_UNKNOWN = ("", None, True)


def wire_name(name: str) -> str:
    """Return the wire name of an attribute: firstObjectKey for first_object_key."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


_ASSOCIATION = _Fields(Association)
_RELATION = _Fields(Relation, id="")


def association(body: object) -> Association:
    """Read an association, with or without an envelope."""
    item, siblings = _object(body), Json()
    if _is_object(inner := item.get("association")) and inner.get("id"):
        siblings = {name: value for name, value in item.items() if name != "association"}
        item = inner
    found = _ASSOCIATION.read(item, siblings)
    if not found.id:
        raise UnexpectedBodyError("it contains no association with an `id` that is text")
    return found


def association_page(body: object) -> Page[Association]:
    """Read a page of associations; a list without an envelope or one association is a page, too."""
    found = _items(body, "associations")
    if found is None:
        return Page((association(body),))
    return _page(tuple(association(item) for item in found), body, "associations")


def relation(body: object) -> Relation:
    """Read a relation, which may lack an id if it has two record ids."""
    found = _RELATION.read(_object(body), {})
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
    return page if len(items) == len(found) else evolve(page, entry_count=len(found))


def _short_form(record_id: str, item: Json) -> list[Relation]:
    """Read `{recordId, associations: [{associationId, relationId}]}`, which has no sides."""
    siblings, found = {**item}, list[Relation]()
    other = siblings.pop("recordId", None)
    if not isinstance(other, str) or not other:
        raise UnexpectedBodyError("a relation in it has no `recordId`")
    for each in siblings.pop("associations"):
        fields = dict(_object(each))
        if "relationId" in fields:
            fields["id"] = fields.pop("relationId")
        found.append(_RELATION.read(fields, dict(siblings), _unsided=(record_id, other)))
    return found


def deletion(body: object) -> None:
    """Accept a successful deletion, unless the body says that nothing was deleted."""
    if _is_object(body) and body.get("deleted") is False:
        raise UnexpectedBodyError("it says that nothing was deleted")


def failed_entries(body: object) -> list[object]:
    """Return the entries of the pairs that failed, from the response to a batch creation."""
    results = _object(body).get("results")
    found = _items(results, "errored") if _is_object(results) else None
    if found is None:
        raise UnexpectedBodyError("it contains no list of failures")
    return found


def _is_object(value: object) -> TypeGuard[Json]:
    return isinstance(value, dict)


def _object(body: object) -> Json:
    if not _is_object(body):
        raise UnexpectedBodyError(f"an object was expected, not {body!r:.40}")
    return body


def _items(body: object, name: str) -> list[object] | None:
    """Return the list in a body, with or without an envelope; None if there is none."""
    found: object = body.get(name) if _is_object(body) else body
    return cast("list[object]", found) if isinstance(found, list) else None


def _page(items: tuple[Item, ...], body: object, name: str) -> Page[Item]:
    """Return a page; a total that is not a count stays in `extra`, because paging needs none."""
    extra = {**body} if _is_object(body) else {}
    extra.pop(name, None)
    total = extra.get("total")
    if type(total) is not int or total < 0:
        return Page(items, None, extra)
    del extra["total"]
    return Page(items, total, extra)
