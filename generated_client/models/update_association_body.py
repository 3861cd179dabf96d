from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="UpdateAssociationBody")


@_attrs_define
class UpdateAssociationBody:
    """The two labels to set; nothing else of an association can change.

    Attributes:
        first_object_label (str): How a first record is called from the second, such as student. Example: student.
        second_object_label (str): How a second record is called from the first, such as tutor; single-label
            associations have none. Example: tutor.
    """

    first_object_label: str
    second_object_label: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        first_object_label = self.first_object_label

        second_object_label = self.second_object_label

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "firstObjectLabel": first_object_label,
                "secondObjectLabel": second_object_label,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        first_object_label = d.pop("firstObjectLabel")

        second_object_label = d.pop("secondObjectLabel")

        update_association_body = cls(
            first_object_label=first_object_label,
            second_object_label=second_object_label,
        )

        update_association_body.additional_properties = d
        return update_association_body

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
