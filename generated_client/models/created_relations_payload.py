from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="CreatedRelationsPayload")


@_attrs_define
class CreatedRelationsPayload:
    """What came of several pairs.

    Attributes:
        results (Any): Has errored, a list with an entry for each pair that failed; an entry has an error. Example:
            {'errored': [{'error': 'Could not create relation: duplicate relation'}]}.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
    """

    results: Any
    trace_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        results = self.results

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
        d = dict(src_dict)
        results = d.pop("results")

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
