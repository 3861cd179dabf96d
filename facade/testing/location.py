"""A location: its associations and relations, and HighLevel's rules for them."""

from collections import ChainMap, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from facade.testing.messages import Json, Ours, Refusal, refused
from facade.testing.system import (
    LISTED,
    MAX_RELATIONS,
    OBJECTS_OF_TASKS,
    SystemAssociation,
    check_object_keys,
    of_tasks,
)

Side = Literal["first", "second"]
SIDES: tuple[Side, Side] = ("first", "second")
MAX_LIMITS = {
    "first": "firstObjectToSecondObjectMaxLimit",
    "second": "secondObjectToFirstObjectMaxLimit",
}


@dataclass(eq=False)
class Location:
    """A sub-account. Associations and relations are JSON objects as the API returns them.

    `create_*`, `update_*` and `delete_*` check the rules, raise Refusal and notify of the webhook;
    `put_*` only stores. `numbers` are those of ids.
    """

    id: str
    numbers: Iterator[int]
    notify: Callable[[str, Json], None]
    clock: Callable[[], float]
    strict_records: bool

    def __post_init__(self) -> None:
        self.associations: dict[str, Json] = {}
        self.internal: dict[str, Json] = {}  # associations of tasks, only listed on request
        self.relations: dict[str, Json] = {}
        self.limits: dict[tuple[str, Side], int] = {}
        self.object_of_record: dict[str, str] = {}
        self._created_at: dict[str, float] = {}
        self._relations_of: defaultdict[str, dict[str, Json]] = defaultdict(dict)
        for each in LISTED:
            self._put_system(each, self.associations)
        for object_key in OBJECTS_OF_TASKS:
            self._put_system(of_tasks(object_key), self.internal)

    # Associations

    def put_association(self, fields: Json) -> Json:
        """Store an association, with a new id if it has none; None is no value."""
        association = self._with_defaults(fields, {"associationType": "USER_DEFINED"})
        self.associations[association["id"]] = association
        return association

    def create_association(self, fields: Json) -> Json:
        check_object_keys(*(fields[f"{side}ObjectKey"] for side in SIDES))
        self._check_labels(fields)
        fields = {**fields, "key": fields["key"].lower()}  # as HighLevel stores it
        if self.association_by_key(fields["key"], ignore_case=True):
            raise refused("duplicate_key")
        association = self.put_association(fields)
        for side in SIDES:
            if isinstance(limit := fields.get(MAX_LIMITS[side]), int):
                self.limits[association["id"], side] = limit
        self.notify("AssociationCreate", association)
        return association

    def association(self, association_id: str) -> Json:
        found = self.associations.get(association_id) or self.internal.get(association_id)
        if found is None:
            raise refused("no_such_association")
        return found

    def association_by_key(self, key: str, *, ignore_case: bool = False) -> Json | None:
        """Return the association with a stored key: in lower case, or a system association's."""
        for one in self.associations.values():
            if one["key"] == key or (ignore_case and one["key"].lower() == key.lower()):
                return one
        return None

    def associations_of_object(self, object_key: str, *, with_internal: bool = False) -> list[Json]:
        """List the associations of an object; `with_internal` adds those of tasks, and limits."""
        check_object_keys(object_key)
        if not with_internal:
            return _of_object(object_key, self.associations)
        tasks = of_tasks(object_key)
        if object_key.startswith("custom_objects.") and tasks.key not in self.internal:
            self._put_system(tasks, self.internal)
        return [
            one | {MAX_LIMITS[side]: self._limit(one, side) for side in SIDES}
            for one in _of_object(object_key, {**self.associations, **self.internal})
        ]

    def _with_defaults(self, fields: Json, defaults: Json) -> Json:
        """Return the fields that have a value, with a new id, 24 hex digits, if they have none."""
        given = {name: value for name, value in fields.items() if value is not None}
        new_id = f"6a44f1c09b3e7d21{next(self.numbers):08x}"
        return {"id": new_id, "locationId": self.id, **defaults, **given}

    def _put_system(self, each: SystemAssociation, where: dict[str, Json]) -> None:
        one = {"locationId": self.id, "id": each.id, "key": each.key}
        for side in SIDES:
            object_key = getattr(each, side)
            one |= {f"{side}ObjectLabel": object_key, f"{side}ObjectKey": object_key}
            self.limits[each.id, side] = getattr(each, f"{side}_limit")
        where[each.id] = one | {"associationType": "SYSTEM_DEFINED"}

    def update_association(self, association_id: str, labels: Json) -> Json:
        association = self._user_defined(association_id)
        self._check_labels({**association, **labels})
        association |= labels
        self.notify("AssociationUpdate", association)
        return association

    def delete_association(self, association_id: str) -> None:
        """Delete an association and its relations."""
        association = self._user_defined(association_id)
        for relation in list(self.relations.values()):
            if relation["associationId"] == association_id:
                self.delete_relation(relation["id"])
        del self.associations[association_id]
        self.notify("AssociationDelete", association)

    def _user_defined(self, association_id: str) -> Json:
        association = self.association(association_id)
        if association["associationType"] == "SYSTEM_DEFINED":
            raise Refusal(400, Ours.SYSTEM_DEFINED.format(association_id))
        return association

    def _check_labels(self, fields: Json) -> None:
        if fields["firstObjectLabel"] == fields["secondObjectLabel"]:
            raise refused("equal_labels")
        ends = _ends(fields)
        for known in self.associations.values():
            if known["id"] != fields.get("id") and _ends(known) == ends:
                raise refused("duplicate_labels")

    # Relations

    def put_relation(self, fields: Json) -> Json:
        """Store a relation; its records have the objects of the association from now on."""
        association = self.association(fields["associationId"])
        keys = {f"{side}ObjectKey": association[f"{side}ObjectKey"] for side in SIDES}
        relation = self._with_defaults(fields, {**keys, "primary": False})
        self.relations[relation["id"]] = relation
        for side in SIDES:
            record_id = relation[f"{side}RecordId"]
            self._relations_of[record_id][relation["id"]] = relation
            self.object_of_record.setdefault(record_id, association[f"{side}ObjectKey"])
        return relation

    def create_relation(self, fields: Json) -> Json:
        association = self.association(fields["associationId"])
        self._check_objects(association, fields)
        # If a record may have only one relation, a duplicate is refused by the limit instead.
        is_single = any(self._limit(association, side) == 1 for side in SIDES)
        known = self._relations_of[fields["firstRecordId"]].values()
        if not is_single and any(_pair(one) == _pair(fields) for one in known):
            raise refused("relation_exists", association["id"])
        self._check_limits(association, fields)
        relation = self.put_relation(fields)
        self._created_at[relation["id"]] = self.clock()
        self.notify("RelationCreate", relation)
        return relation

    def delete_relation(self, relation_id: str) -> None:
        relation = self.relations.pop(relation_id, None)
        if relation is None:
            raise refused("no_such_relation")
        for side in SIDES:
            self._relations_of[relation[f"{side}RecordId"]].pop(relation_id, None)
        self.notify("RelationDelete", relation)

    def relations_of(
        self, record_id: str, association_ids: Collection[str], *, lag: float = 0.0
    ) -> list[Json]:
        """List the relations of a record, on either side; no ids means all associations.

        Relations that were created less than `lag` seconds ago are omitted.
        """
        latest = self.clock() - lag
        return [
            one
            for one in self._relations_of.get(record_id, {}).values()
            if self._created_at.get(one["id"], latest) <= latest
            if not association_ids or one["associationId"] in association_ids
        ]

    def _check_objects(self, association: Json, fields: Json) -> None:
        known = ChainMap(dict[str, str](), self.object_of_record)
        for side in SIDES:
            record_id, object_key = fields[f"{side}RecordId"], association[f"{side}ObjectKey"]
            of_unknown = "" if self.strict_records else object_key
            if known.setdefault(record_id, of_unknown) != object_key:
                raise refused("invalid_record", record_id, association["key"])

    def _limit(self, association: Json, side: Side) -> int:
        return self.limits.get((association["id"], side), MAX_RELATIONS)

    def _check_limits(self, association: Json, fields: Json) -> None:
        for side in SIDES:
            limit = self._limit(association, side)
            record_id = fields[f"{side}RecordId"]
            relations = self.relations_of(record_id, {association["id"]})
            if sum(one[f"{side}RecordId"] == record_id for one in relations) >= limit:
                raise refused("relation_limit", limit, record_id, association["id"])


def _of_object(object_key: str, associations: dict[str, Json]) -> list[Json]:
    return [
        one
        for one in associations.values()
        if object_key in (one["firstObjectKey"], one["secondObjectKey"])
    ]


def _ends(association: Json) -> frozenset[tuple[str, str | None]]:
    """Return the two objects of an association with their labels, unordered."""
    return frozenset(
        (association[f"{side}ObjectKey"], association.get(f"{side}ObjectLabel")) for side in SIDES
    )


def _pair(relation: Json) -> tuple[str, str, str]:
    return relation["associationId"], relation["firstRecordId"], relation["secondRecordId"]
