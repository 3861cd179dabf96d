from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreateAssociationBody")


@_attrs_define
class CreateAssociationBody:
    """A new association between two kinds of object.

    Attributes:
        first_object_key (str): Kind of object on the first side: contact, opportunity, business or
            custom_objects.<key>. Example: custom_objects.children.
        first_object_label (str): How a first record is called from the second, such as student. Example: student.
        key (str): Unique name of the association within its location. Example: student_teacher.
        location_id (str): Location (sub-account) that it belongs to. Example: string.
        second_object_key (str): Kind of object on the second side: contact, opportunity, business or
            custom_objects.<key>. Example: contact.
        second_object_label (str): How a second record is called from the first, such as tutor; single-label
            associations have none. Example: Teacher.
        first_object_to_second_object_cardinality (str | Unset): How many second records a first record may have, such
            as ONE_TO_MANY. Example: ONE_TO_MANY.
        first_object_to_second_object_max_limit (int | Unset): How many second records a first record may have at most.
            Example: 3.
        second_object_to_first_object_cardinality (str | Unset): How many first records a second record may have, such
            as MANY_TO_ONE. Example: MANY_TO_ONE.
        second_object_to_first_object_max_limit (int | Unset): How many first records a second record may have at most.
            Example: 3.
    """

    first_object_key: str
    first_object_label: str
    key: str
    location_id: str
    second_object_key: str
    second_object_label: str
    first_object_to_second_object_cardinality: str | Unset = UNSET
    first_object_to_second_object_max_limit: int | Unset = UNSET
    second_object_to_first_object_cardinality: str | Unset = UNSET
    second_object_to_first_object_max_limit: int | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        first_object_key = self.first_object_key

        first_object_label = self.first_object_label

        key = self.key

        location_id = self.location_id

        second_object_key = self.second_object_key

        second_object_label = self.second_object_label

        first_object_to_second_object_cardinality = self.first_object_to_second_object_cardinality

        first_object_to_second_object_max_limit = self.first_object_to_second_object_max_limit

        second_object_to_first_object_cardinality = self.second_object_to_first_object_cardinality

        second_object_to_first_object_max_limit = self.second_object_to_first_object_max_limit

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "firstObjectKey": first_object_key,
                "firstObjectLabel": first_object_label,
                "key": key,
                "locationId": location_id,
                "secondObjectKey": second_object_key,
                "secondObjectLabel": second_object_label,
            }
        )
        if first_object_to_second_object_cardinality is not UNSET:
            field_dict["firstObjectToSecondObjectCardinality"] = (
                first_object_to_second_object_cardinality
            )
        if first_object_to_second_object_max_limit is not UNSET:
            field_dict["firstObjectToSecondObjectMaxLimit"] = (
                first_object_to_second_object_max_limit
            )
        if second_object_to_first_object_cardinality is not UNSET:
            field_dict["secondObjectToFirstObjectCardinality"] = (
                second_object_to_first_object_cardinality
            )
        if second_object_to_first_object_max_limit is not UNSET:
            field_dict["secondObjectToFirstObjectMaxLimit"] = (
                second_object_to_first_object_max_limit
            )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        first_object_key = d.pop("firstObjectKey")

        first_object_label = d.pop("firstObjectLabel")

        key = d.pop("key")

        location_id = d.pop("locationId")

        second_object_key = d.pop("secondObjectKey")

        second_object_label = d.pop("secondObjectLabel")

        first_object_to_second_object_cardinality = d.pop(
            "firstObjectToSecondObjectCardinality", UNSET
        )

        first_object_to_second_object_max_limit = d.pop("firstObjectToSecondObjectMaxLimit", UNSET)

        second_object_to_first_object_cardinality = d.pop(
            "secondObjectToFirstObjectCardinality", UNSET
        )

        second_object_to_first_object_max_limit = d.pop("secondObjectToFirstObjectMaxLimit", UNSET)

        create_association_body = cls(
            first_object_key=first_object_key,
            first_object_label=first_object_label,
            key=key,
            location_id=location_id,
            second_object_key=second_object_key,
            second_object_label=second_object_label,
            first_object_to_second_object_cardinality=first_object_to_second_object_cardinality,
            first_object_to_second_object_max_limit=first_object_to_second_object_max_limit,
            second_object_to_first_object_cardinality=second_object_to_first_object_cardinality,
            second_object_to_first_object_max_limit=second_object_to_first_object_max_limit,
        )

        create_association_body.additional_properties = d
        return create_association_body

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
