from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="DeletedPayload")


@_attrs_define
class DeletedPayload:
    """Answer to a deletion.

    Attributes:
        deleted (bool | Unset): Whether it is gone. Example: True.
        id (str | Unset): Id of the deleted association; missing where a relation was deleted. Example:
            6d6f6e676f5f6576656e7473.
        message (str | Unset): Confirmation, for a person. Example: Association deleted successfully.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
    """

    deleted: bool | Unset = UNSET
    id: str | Unset = UNSET
    message: str | Unset = UNSET
    trace_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        deleted = self.deleted

        id = self.id

        message = self.message

        trace_id = self.trace_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({})
        if deleted is not UNSET:
            field_dict["deleted"] = deleted
        if id is not UNSET:
            field_dict["id"] = id
        if message is not UNSET:
            field_dict["message"] = message
        if trace_id is not UNSET:
            field_dict["traceId"] = trace_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        deleted = d.pop("deleted", UNSET)

        id = d.pop("id", UNSET)

        message = d.pop("message", UNSET)

        trace_id = d.pop("traceId", UNSET)

        deleted_payload = cls(
            deleted=deleted,
            id=id,
            message=message,
            trace_id=trace_id,
        )

        deleted_payload.additional_properties = d
        return deleted_payload

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
