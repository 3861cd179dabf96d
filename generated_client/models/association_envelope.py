from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.association_payload import AssociationPayload


T = TypeVar("T", bound="AssociationEnvelope")


@_attrs_define
class AssociationEnvelope:
    """An association inside an envelope, as an update answers and single reads may.

    Attributes:
        association (AssociationPayload): How two kinds of object relate.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
        updated (bool | Unset): Whether the update was made. Example: True.
    """

    association: AssociationPayload
    trace_id: str | Unset = UNSET
    updated: bool | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        association = self.association.to_dict()

        trace_id = self.trace_id

        updated = self.updated

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "association": association,
            }
        )
        if trace_id is not UNSET:
            field_dict["traceId"] = trace_id
        if updated is not UNSET:
            field_dict["updated"] = updated

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.association_payload import AssociationPayload  # noqa: PLC0415

        d = dict(src_dict)
        association = AssociationPayload.from_dict(d.pop("association"))

        trace_id = d.pop("traceId", UNSET)

        updated = d.pop("updated", UNSET)

        association_envelope = cls(
            association=association,
            trace_id=trace_id,
            updated=updated,
        )

        association_envelope.additional_properties = d
        return association_envelope

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
