from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.create_relations_body_add_item import CreateRelationsBodyAddItem


T = TypeVar("T", bound="CreateRelationsBody")


@_attrs_define
class CreateRelationsBody:
    """Pairs of records to join.

    Attributes:
        add (list[CreateRelationsBodyAddItem]): The pairs; how many are accepted at once is not known.
        location_id (str): Location (sub-account) that the associations belong to. Example: ve9EPM428h8vShlRW1KT.
    """

    add: list[CreateRelationsBodyAddItem]
    location_id: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        add = []
        for add_item_data in self.add:
            add_item = add_item_data.to_dict()
            add.append(add_item)

        location_id = self.location_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "add": add,
                "locationId": location_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.create_relations_body_add_item import CreateRelationsBodyAddItem  # noqa: PLC0415

        d = dict(src_dict)
        add = []
        _add = d.pop("add")
        for add_item_data in _add:
            add_item = CreateRelationsBodyAddItem.from_dict(add_item_data)

            add.append(add_item)

        location_id = d.pop("locationId")

        create_relations_body = cls(
            add=add,
            location_id=location_id,
        )

        create_relations_body.additional_properties = d
        return create_relations_body

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
