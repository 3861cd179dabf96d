from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.created_relations_payload_results import CreatedRelationsPayloadResults


T = TypeVar("T", bound="CreatedRelationsPayload")


@_attrs_define
class CreatedRelationsPayload:
    """What came of several pairs.

    Attributes:
        results (CreatedRelationsPayloadResults): What failed; what is not in it was created.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
    """

    results: CreatedRelationsPayloadResults
    trace_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        results = self.results.to_dict()

        trace_id = self.trace_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "results": results,
            }
        )
        if trace_id is not UNSET:
            field_dict["traceId"] = trace_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.created_relations_payload_results import (
            CreatedRelationsPayloadResults,  # noqa: PLC0415
        )

        d = dict(src_dict)
        results = CreatedRelationsPayloadResults.from_dict(d.pop("results"))

        trace_id = d.pop("traceId", UNSET)

        created_relations_payload = cls(
            results=results,
            trace_id=trace_id,
        )

        created_relations_payload.additional_properties = d
        return created_relations_payload

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
