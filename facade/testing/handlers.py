"""The operations of the API: a function for each, with its id as its name, returns the body."""

from dataclasses import dataclass, fields
from typing import Literal, get_args

from facade.testing.arguments import AuthorizedRequest
from facade.testing.location import Location
from facade.testing.messages import Json, Refusal

Body = Json | list[Json]


@dataclass(frozen=True, slots=True)
class Variants:
    """The bodies and statuses that differ between HighLevel's document, clients and reports."""

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


def create_association(request: AuthorizedRequest, variants: Variants) -> Body:
    location = request.location_in_body()
    return location.create_association(request.body("CreateAssociationBody"))


def list_associations(request: AuthorizedRequest, variants: Variants) -> Body:
    location, page = request.location_in_query(), request.page()
    associations = list(location.associations.values())
    return {"associations": associations[page], "total": len(associations)}


def get_association(request: AuthorizedRequest, variants: Variants) -> Body:
    association = request.location_of_association().association(request.argument)
    if variants.association_body == "enveloped":
        return {"association": association}
    return association


def get_association_by_key(request: AuthorizedRequest, variants: Variants) -> Body:
    association = request.location_in_query().association_by_key(request.argument)
    if association is None:
        raise Refusal(variants.missing_key_status, "Association not found")
    return association


def list_associations_by_object_key(request: AuthorizedRequest, variants: Variants) -> Body:
    if request.query_text("locationId"):
        location = request.location_in_query()
    else:
        location = request.accounts.default_location(request.token)
    associations = location.associations_of_object(request.argument)
    if variants.object_key_body == "array":
        return associations
    if variants.object_key_body == "single":
        if not associations:
            raise Refusal(404, "Association not found")
        return associations[0]
    return {"associations": associations, "total": len(associations)}


def update_association(request: AuthorizedRequest, variants: Variants) -> Body:
    location = request.location_of_association()
    labels = request.body("UpdateAssociationBody")
    association = location.update_association(request.argument, labels)
    if variants.update_body == "enveloped":
        return {"updated": True, "association": association}
    return association


def delete_association(request: AuthorizedRequest, variants: Variants) -> Body:
    request.location_of_association().delete_association(request.argument)
    return {"deleted": True, "id": request.argument, "message": "The association is gone."}


def create_relation(request: AuthorizedRequest, variants: Variants) -> Body:
    location = request.location_in_body()
    relation = location.create_relation(request.body("CreateRelationBody"))
    return _relation(request, location, relation)


def list_relations(request: AuthorizedRequest, variants: Variants) -> Body:
    location, page = request.location_in_query(), request.page()
    relations = location.relations_of(request.argument, request.association_ids())
    return {
        "relations": [_relation(request, location, one) for one in relations[page]],
        "total": len(relations),
    }


def delete_relation(request: AuthorizedRequest, variants: Variants) -> Body:
    request.location_in_query().delete_relation(request.argument)
    body: Json = {"deleted": True, "message": "The relation is gone."}
    return body | ({"id": request.argument} if variants.deleted_relation_id else {})


def _relation(request: AuthorizedRequest, location: Location, relation: Json) -> Json:
    """Return a relation as the request's Version presents it."""
    if request.version != "v3":
        return relation
    return relation | {"associationKey": location.association(relation["associationId"])["key"]}
