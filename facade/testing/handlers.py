"""The operations of the API: one function for each operation id, which returns the body."""

from types import SimpleNamespace

from facade.testing.arguments import AuthorizedRequest
from facade.testing.location import SIDES, Location
from facade.testing.messages import Json, Ours, Refusal, refused

Body = Json | list[Json]
MAX_LISTED = 100  # relations on a page; a larger limit is reduced


def create_association(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    location = request.location
    fields = request.body("CreateAssociationBody")
    keys = {fields[f"{side}ObjectKey"].partition(".")[0] for side in SIDES}
    if variants.sides == "swapped" and "custom_objects" in keys <= {"custom_objects", "business"}:
        fields = _swapped(fields)
    return location.create_association(fields)


def list_associations(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    location, page = request.location, request.page(variants)
    associations = list(location.associations.values())
    return _list("associations", associations[page], len(associations), variants)


def get_association(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    association = request.location.association(request.argument)
    return {"association": association} if variants.association_body == "enveloped" else association


def get_association_by_key(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    association = request.location.association_by_key(
        request.argument, ignore_case=variants.key_lookup == "any_case"
    )
    if association is None:
        raise refused("no_such_key")
    return association


def list_associations_by_object_key(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    location = request.location
    if request.query_text("includeInternalAssociations") == "true":
        return location.associations_of_object(request.argument, with_internal=True)
    associations = location.associations_of_object(request.argument)
    if variants.object_key_body == "array":
        return associations
    if variants.object_key_body == "single":
        if not associations:
            raise refused("no_such_association")
        return associations[0]
    return _list("associations", associations, len(associations), variants)


def update_association(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    location = request.location
    labels = request.body("UpdateAssociationBody")
    association = location.update_association(request.argument, labels)
    if variants.update_body == "enveloped":
        return {"updated": True, "association": association}
    return association


def delete_association(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    request.location.delete_association(request.argument)
    return {"deleted": True, "id": request.argument, "message": Ours.ASSOCIATION_DELETED}


def create_relation(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    location = request.location
    # Some clients send a pipelineId for opportunities; it is accepted, but not stored.
    fields = request.body("CreateRelationBody", optional=("pipelineId",))
    made = location.create_relation(_without("pipelineId", fields))
    relation = _relation(request, location, made)
    return relation if variants.created_relation_id else _without("id", relation)


def create_relations(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    """Create several relations: an operation that HighLevel does not publish."""
    location, errored = request.location, list[Json]()
    for fields in request.pairs_to_add():
        try:
            location.create_relation(fields)
        except Refusal as refusal:
            errored.append({"error": refusal.message})
    return {"results": {"errored": errored}}


def list_relations(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    request.refuse_in_query("page", "offset", "associationId")
    location, page = request.location, request.page(variants)
    wanted, record_id = request.association_ids(), request.argument
    if variants.association_filter == "ignored":
        wanted = set[str]()
    relations = location.relations_of(record_id, wanted, lag=variants.list_lag)
    if variants.listed_for != "both":
        side = f"{variants.listed_for}RecordId"
        relations = [one for one in relations if one[side] == record_id]
    if variants.mixed_lists == "incomplete" and not wanted:
        first = next((one["associationId"] for one in relations), None)
        relations = [one for one in relations if one["associationId"] == first]
    shown = [_relation(request, location, one) for one in relations[page][:MAX_LISTED]]
    if variants.listed_sides != "kept":
        every = 1 if variants.listed_sides == "reversed" else 2
        shown[::every] = map(_swapped, shown[::every])
    if not variants.listed_relation_id:
        shown = [_without("id", one) for one in shown]
    if variants.relation_list_body == "by_record":
        return {"relations": _by_record(record_id, shown)}
    return _list("relations", shown, len(relations), variants)


def delete_relation(request: AuthorizedRequest, variants: SimpleNamespace) -> Body:
    request.location.delete_relation(request.argument)
    body: Json = {"deleted": True, "message": Ours.RELATION_DELETED}
    return body | ({"id": request.argument} if variants.deleted_relation_id else {})


def _without(name: str, fields: Json) -> Json:
    return {each: value for each, value in fields.items() if each != name}


def _swapped(fields: Json) -> Json:
    found = dict(fields)
    for name in ("ObjectKey", "ObjectLabel", "RecordId"):
        first, second = f"first{name}", f"second{name}"
        if first in fields:
            found |= {first: fields[second], second: fields[first]}
    return found


def _list(name: str, items: list[Json], total: int, variants: SimpleNamespace) -> Json:
    shown = {"always": total, "zero": 0, "wrong": total // 2}
    return {name: items} | ({} if variants.total == "never" else {"total": shown[variants.total]})


def _by_record(record_id: str, relations: list[Json]) -> list[Json]:
    """Group the relations of a record by the other record, with ids only."""
    grouped: dict[str, list[Json]] = {}
    for one in relations:
        first, second = one["firstRecordId"], one["secondRecordId"]
        other = second if first == record_id else first
        ids = {"associationId": one["associationId"], "relationId": one.get("id")}
        grouped.setdefault(other, []).append(ids)
    return [{"recordId": other, "associations": ids} for other, ids in grouped.items()]


def _relation(request: AuthorizedRequest, location: Location, relation: Json) -> Json:
    if request.request.headers["version"] != "v3":
        return relation
    return relation | {"associationKey": location.association(relation["associationId"])["key"]}
