from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CreateRelationBody")


@_attrs_define
class CreateRelationBody:
    """Two records to join; the first is a record of the association's first object.

    Attributes:
        association_id (str): Association that the two records are joined under. Example: ve9EPM428h8vShlRW1KT.
        first_record_id (str): Record on the first side; a record of the association's first object. Example:
            ve9EPM428h8vShlRW1KT.
        location_id (str): Location (sub-account) that it belongs to. Example: clF1LD04GTUKN3b3XuOj.
        second_record_id (str): Record on the second side; a record of the association's second object. Example:
            ve9EPM428h8vShlRW1KT.
    """

    association_id: str
    first_record_id: str
    location_id: str
    second_record_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        association_id = self.association_id

        first_record_id = self.first_record_id

        location_id = self.location_id

        second_record_id = self.second_record_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "associationId": association_id,
                "firstRecordId": first_record_id,
                "locationId": location_id,
                "secondRecordId": second_record_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        association_id = d.pop("associationId")

        first_record_id = d.pop("firstRecordId")

        location_id = d.pop("locationId")

        second_record_id = d.pop("secondRecordId")

        create_relation_body = cls(
            association_id=association_id,
            first_record_id=first_record_id,
            location_id=location_id,
            second_record_id=second_record_id,
        )

        create_relation_body.additional_properties = d
        return create_relation_body

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
