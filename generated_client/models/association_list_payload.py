from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.association_payload import AssociationPayload


T = TypeVar("T", bound="AssociationListPayload")


@_attrs_define
class AssociationListPayload:
    """A page of associations.

    Attributes:
        associations (list[AssociationPayload]): The associations of this page.
        total (int | Unset): How many there are on all pages together; not always sent.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
    """

    associations: list[AssociationPayload]
    total: int | Unset = UNSET
    trace_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        associations = []
        for associations_item_data in self.associations:
            associations_item = associations_item_data.to_dict()
            associations.append(associations_item)

        total = self.total

        trace_id = self.trace_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "associations": associations,
            }
        )
        if total is not UNSET:
            field_dict["total"] = total
        if trace_id is not UNSET:
            field_dict["traceId"] = trace_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.association_payload import AssociationPayload  # noqa: PLC0415

        d = dict(src_dict)
        associations = []
        _associations = d.pop("associations")
        for associations_item_data in _associations:
            associations_item = AssociationPayload.from_dict(associations_item_data)

            associations.append(associations_item)

        total = d.pop("total", UNSET)

        trace_id = d.pop("traceId", UNSET)

        association_list_payload = cls(
            associations=associations,
            total=total,
            trace_id=trace_id,
        )

        association_list_payload.additional_properties = d
        return association_list_payload

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
