from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="AssociationPayload")


@_attrs_define
class AssociationPayload:
    """How two kinds of object relate.

    Attributes:
        id (str): Id of the association; most system associations have their key as id. Example: ve9EPM428h8vShlRW1KT.
        association_type (str | Unset): USER_DEFINED or SYSTEM_DEFINED; others may come. Example: USER_DEFINED.
        first_object_key (str | Unset): Kind of object on the first side: contact, opportunity, business or
            custom_objects.<key>. Example: custom_objects.children.
        first_object_label (str | Unset): How a first record is called from the second, such as student. Example:
            student.
        first_object_to_second_object_cardinality (str | Unset): How many second records a first record may have, such
            as ONE_TO_MANY. Example: ONE_TO_MANY.
        first_object_to_second_object_max_limit (int | Unset): How many second records a first record may have at most.
            Example: 3.
        key (str | Unset): Unique name of the association within its location. Example: student.
        location_id (str | Unset): Location (sub-account) that it belongs to. Example: string.
        second_object_key (str | Unset): Kind of object on the second side: contact, opportunity, business or
            custom_objects.<key>. Example: contact.
        second_object_label (str | Unset): How a second record is called from the first, such as tutor; single-label
            associations have none. Example: Teacher.
        second_object_to_first_object_cardinality (str | Unset): How many first records a second record may have, such
            as MANY_TO_ONE. Example: MANY_TO_ONE.
        second_object_to_first_object_max_limit (int | Unset): How many first records a second record may have at most.
            Example: 3.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
    """

    id: str
    association_type: str | Unset = UNSET
    first_object_key: str | Unset = UNSET
    first_object_label: str | Unset = UNSET
    first_object_to_second_object_cardinality: str | Unset = UNSET
    first_object_to_second_object_max_limit: int | Unset = UNSET
    key: str | Unset = UNSET
    location_id: str | Unset = UNSET
    second_object_key: str | Unset = UNSET
    second_object_label: str | Unset = UNSET
    second_object_to_first_object_cardinality: str | Unset = UNSET
    second_object_to_first_object_max_limit: int | Unset = UNSET
    trace_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        association_type = self.association_type

        first_object_key = self.first_object_key

        first_object_label = self.first_object_label

        first_object_to_second_object_cardinality = self.first_object_to_second_object_cardinality

        first_object_to_second_object_max_limit = self.first_object_to_second_object_max_limit

        key = self.key

        location_id = self.location_id

        second_object_key = self.second_object_key

        second_object_label = self.second_object_label

        second_object_to_first_object_cardinality = self.second_object_to_first_object_cardinality

        second_object_to_first_object_max_limit = self.second_object_to_first_object_max_limit

        trace_id = self.trace_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
            }
        )
        if association_type is not UNSET:
            field_dict["associationType"] = association_type
        if first_object_key is not UNSET:
            field_dict["firstObjectKey"] = first_object_key
        if first_object_label is not UNSET:
            field_dict["firstObjectLabel"] = first_object_label
        if first_object_to_second_object_cardinality is not UNSET:
            field_dict["firstObjectToSecondObjectCardinality"] = (
                first_object_to_second_object_cardinality
            )
        if first_object_to_second_object_max_limit is not UNSET:
            field_dict["firstObjectToSecondObjectMaxLimit"] = (
                first_object_to_second_object_max_limit
            )
        if key is not UNSET:
            field_dict["key"] = key
        if location_id is not UNSET:
            field_dict["locationId"] = location_id
        if second_object_key is not UNSET:
            field_dict["secondObjectKey"] = second_object_key
        if second_object_label is not UNSET:
            field_dict["secondObjectLabel"] = second_object_label
        if second_object_to_first_object_cardinality is not UNSET:
            field_dict["secondObjectToFirstObjectCardinality"] = (
                second_object_to_first_object_cardinality
            )
        if second_object_to_first_object_max_limit is not UNSET:
            field_dict["secondObjectToFirstObjectMaxLimit"] = (
                second_object_to_first_object_max_limit
            )
        if trace_id is not UNSET:
            field_dict["traceId"] = trace_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        association_type = d.pop("associationType", UNSET)

        first_object_key = d.pop("firstObjectKey", UNSET)

        first_object_label = d.pop("firstObjectLabel", UNSET)

        first_object_to_second_object_cardinality = d.pop(
            "firstObjectToSecondObjectCardinality", UNSET
        )

        first_object_to_second_object_max_limit = d.pop("firstObjectToSecondObjectMaxLimit", UNSET)

        key = d.pop("key", UNSET)

        location_id = d.pop("locationId", UNSET)

        second_object_key = d.pop("secondObjectKey", UNSET)

        second_object_label = d.pop("secondObjectLabel", UNSET)

        second_object_to_first_object_cardinality = d.pop(
            "secondObjectToFirstObjectCardinality", UNSET
        )

        second_object_to_first_object_max_limit = d.pop("secondObjectToFirstObjectMaxLimit", UNSET)

        trace_id = d.pop("traceId", UNSET)

        association_payload = cls(
            id=id,
            association_type=association_type,
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            first_object_to_second_object_cardinality=first_object_to_second_object_cardinality,
            first_object_to_second_object_max_limit=first_object_to_second_object_max_limit,
            key=key,
            location_id=location_id,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
            second_object_to_first_object_cardinality=second_object_to_first_object_cardinality,
            second_object_to_first_object_max_limit=second_object_to_first_object_max_limit,
            trace_id=trace_id,
        )

        association_payload.additional_properties = d
        return association_payload

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
