"""The ten operations: a call in, the wire's status and body out."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Literal, get_args

from facade.testing.accounts import Accounts, check_version
from facade.testing.call import Call
from facade.testing.routes import match
from facade.testing.state import Location
from facade.testing.wire import Json, Refusal, Request

Answer = tuple[int, Json | list[Json]]

_LABELS = ("firstObjectLabel", "secondObjectLabel")
_ASSOCIATION = ("locationId", "key", "firstObjectKey", "secondObjectKey", *_LABELS)
_RELATION = ("locationId", "associationId", "firstRecordId", "secondRecordId")


@dataclass(frozen=True, slots=True)
class Shapes:
    """Choose among bodies and statuses where what HighLevel sends is not settled."""

    update_body: Literal["enveloped", "flat"] = "enveloped"
    association_body: Literal["flat", "enveloped"] = "flat"
    object_key_body: Literal["list", "array", "single"] = "list"
    deleted_relation_id: bool = False
    missing_key_status: Literal[400, 404] = 400

    def __post_init__(self) -> None:
        for field in fields(self):
            choices, chosen = get_args(field.type), getattr(self, field.name)
            if choices and chosen not in choices:
                raise ValueError(f"{field.name} is one of {choices}, not {chosen!r}.")


def perform(request: Request, accounts: Accounts, shapes: Shapes) -> Answer:
    """Do what a request asks for; raise Refusal where HighLevel would refuse."""
    matched = match(request.method, request.path)
    if matched is None:
        raise Refusal(404, f"Cannot {request.method} {request.path}")
    route, argument = matched
    grant = accounts.grant_of(request.headers)
    check_version(request.headers)
    if not grant.covers(route.scope):
        raise Refusal(401, "The token is not authorized for this scope.")
    return _HANDLERS[route.operation](Call(request, accounts, grant, argument), shapes)


def _create_association(call: Call, shapes: Shapes) -> Answer:
    location = call.location_in_body()
    return 201, location.create_association(call.texts(*_ASSOCIATION))


def _list_associations(call: Call, shapes: Shapes) -> Answer:
    location, page = call.location_in_query(), call.page()
    associations = list(location.associations.values())
    return 200, {"associations": associations[page], "total": len(associations)}


def _get_association(call: Call, shapes: Shapes) -> Answer:
    association = call.holder().association(call.argument)
    if shapes.association_body == "enveloped":
        return 200, {"association": association}
    return 200, association


def _get_association_by_key(call: Call, shapes: Shapes) -> Answer:
    association = call.location_in_query().association_by_key(call.argument)
    if association is None:
        raise Refusal(shapes.missing_key_status, "Association not found")
    return 200, association


def _list_associations_by_object_key(call: Call, shapes: Shapes) -> Answer:
    named = call.query_text("locationId")
    location = call.location_in_query() if named else call.accounts.home(call.grant)
    associations = location.associations_of_object(call.argument)
    if shapes.object_key_body == "array":
        return 200, associations
    if shapes.object_key_body == "single":
        if not associations:
            raise Refusal(404, "Association not found")
        return 200, associations[0]
    return 200, {"associations": associations, "total": len(associations)}


def _update_association(call: Call, shapes: Shapes) -> Answer:
    location = call.holder()
    association = location.update_association(call.argument, call.texts(*_LABELS))
    if shapes.update_body == "enveloped":
        return 200, {"updated": True, "association": association}
    return 200, association


def _delete_association(call: Call, shapes: Shapes) -> Answer:
    call.holder().delete_association(call.argument)
    return 200, {"deleted": True, "id": call.argument, "message": "The association is gone."}


def _create_relation(call: Call, shapes: Shapes) -> Answer:
    location = call.location_in_body()
    relation = location.create_relation(call.texts(*_RELATION))
    return 201, _relation(call, location, relation)


def _list_relations(call: Call, shapes: Shapes) -> Answer:
    location, page = call.location_in_query(), call.page()
    relations = location.relations_of(call.argument, call.association_ids())
    return 200, {
        "relations": [_relation(call, location, one) for one in relations[page]],
        "total": len(relations),
    }


def _delete_relation(call: Call, shapes: Shapes) -> Answer:
    call.location_in_query().delete_relation(call.argument)
    body: Json = {"deleted": True, "message": "The relation is gone."}
    return 200, body | ({"id": call.argument} if shapes.deleted_relation_id else {})


def _relation(call: Call, location: Location, relation: Json) -> Json:
    """Show a relation as the asked Version does."""
    if call.version != "v3":
        return relation
    return relation | {"associationKey": location.association(relation["associationId"])["key"]}


_HANDLERS: dict[str, Callable[[Call, Shapes], Answer]] = {
    "create_association": _create_association,
    "list_associations": _list_associations,
    "get_association": _get_association,
    "get_association_by_key": _get_association_by_key,
    "list_associations_by_object_key": _list_associations_by_object_key,
    "update_association": _update_association,
    "delete_association": _delete_association,
    "create_relation": _create_relation,
    "list_relations": _list_relations,
    "delete_relation": _delete_relation,
}
