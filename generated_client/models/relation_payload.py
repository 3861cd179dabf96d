from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="RelationPayload")


@_attrs_define
class RelationPayload:
    """Two records joined under an association.

    Attributes:
        association_id (str | Unset): Association that the two records are joined under. Example:
            66f0c1d2e3a4b5c6d7e8f900.
        association_key (str | Unset): Key of the association; comes under Version v3. Example: student_tutor.
        first_object_key (str | Unset): Kind of object on the first side: contact, opportunity, business or
            custom_objects.<key>. Example: custom_objects.children.
        first_record_id (str | Unset): Record on the first side; a record of the association's first object. Example:
            66f0c1d2e3a4b5c6d7e8f902.
        id (str | Unset): Id of the relation. Example: 66f0c1d2e3a4b5c6d7e8f901.
        location_id (str | Unset): Location (sub-account) that it belongs to. Example: ve9EPM428h8vShlRW1KT.
        primary (bool | Unset): Whether this is the record's main relation of its kind. Example: False.
        second_object_key (str | Unset): Kind of object on the second side: contact, opportunity, business or
            custom_objects.<key>. Example: contact.
        second_record_id (str | Unset): Record on the second side; a record of the association's second object. Example:
            ve9EPM428h8vShlRW1KT.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
    """

    association_id: str | Unset = UNSET
    association_key: str | Unset = UNSET
    first_object_key: str | Unset = UNSET
    first_record_id: str | Unset = UNSET
    id: str | Unset = UNSET
    location_id: str | Unset = UNSET
    primary: bool | Unset = UNSET
    second_object_key: str | Unset = UNSET
    second_record_id: str | Unset = UNSET
    trace_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        association_id = self.association_id

        association_key = self.association_key

        first_object_key = self.first_object_key

        first_record_id = self.first_record_id

        id = self.id

        location_id = self.location_id

        primary = self.primary

        second_object_key = self.second_object_key

        second_record_id = self.second_record_id

        trace_id = self.trace_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if association_id is not UNSET:
            field_dict["associationId"] = association_id
        if association_key is not UNSET:
            field_dict["associationKey"] = association_key
        if first_object_key is not UNSET:
            field_dict["firstObjectKey"] = first_object_key
        if first_record_id is not UNSET:
            field_dict["firstRecordId"] = first_record_id
        if id is not UNSET:
            field_dict["id"] = id
        if location_id is not UNSET:
            field_dict["locationId"] = location_id
        if primary is not UNSET:
            field_dict["primary"] = primary
        if second_object_key is not UNSET:
            field_dict["secondObjectKey"] = second_object_key
        if second_record_id is not UNSET:
            field_dict["secondRecordId"] = second_record_id
        if trace_id is not UNSET:
            field_dict["traceId"] = trace_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        association_id = d.pop("associationId", UNSET)

        association_key = d.pop("associationKey", UNSET)

        first_object_key = d.pop("firstObjectKey", UNSET)

        first_record_id = d.pop("firstRecordId", UNSET)

        id = d.pop("id", UNSET)

        location_id = d.pop("locationId", UNSET)

        primary = d.pop("primary", UNSET)

        second_object_key = d.pop("secondObjectKey", UNSET)

        second_record_id = d.pop("secondRecordId", UNSET)

        trace_id = d.pop("traceId", UNSET)

        relation_payload = cls(
            association_id=association_id,
            association_key=association_key,
            first_object_key=first_object_key,
            first_record_id=first_record_id,
            id=id,
            location_id=location_id,
            primary=primary,
            second_object_key=second_object_key,
            second_record_id=second_record_id,
            trace_id=trace_id,
        )

        relation_payload.additional_properties = d
        return relation_payload

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
