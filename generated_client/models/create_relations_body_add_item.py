from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="CreateRelationsBodyAddItem")


@_attrs_define
class CreateRelationsBodyAddItem:
    """
    Attributes:
        association_id (str):  Example: 66f0c1d2e3a4b5c6d7e8f900.
        first_record_id (str):  Example: 66f0c1d2e3a4b5c6d7e8f902.
        second_record_id (str):  Example: ve9EPM428h8vShlRW1KT.
    """

    association_id: str
    first_record_id: str
    second_record_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        association_id = self.association_id

        first_record_id = self.first_record_id

        second_record_id = self.second_record_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "associationId": association_id,
                "firstRecordId": first_record_id,
                "secondRecordId": second_record_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        association_id = d.pop("associationId")

        first_record_id = d.pop("firstRecordId")

        second_record_id = d.pop("secondRecordId")

        create_relations_body_add_item = cls(
            association_id=association_id,
            first_record_id=first_record_id,
            second_record_id=second_record_id,
        )

        create_relations_body_add_item.additional_properties = d
        return create_relations_body_add_item

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
