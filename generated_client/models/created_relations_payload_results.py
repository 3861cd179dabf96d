from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.created_relations_payload_results_errored_item import (
        CreatedRelationsPayloadResultsErroredItem,
    )


T = TypeVar("T", bound="CreatedRelationsPayloadResults")


@_attrs_define
class CreatedRelationsPayloadResults:
    """What failed; what is not in it was created.

    Attributes:
        errored (list[CreatedRelationsPayloadResultsErroredItem]):
    """

    errored: list[CreatedRelationsPayloadResultsErroredItem]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        errored = []
        for errored_item_data in self.errored:
            errored_item = errored_item_data.to_dict()
            errored.append(errored_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "errored": errored,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.created_relations_payload_results_errored_item import (
            CreatedRelationsPayloadResultsErroredItem,  # noqa: PLC0415
        )

        d = dict(src_dict)
        errored = []
        _errored = d.pop("errored")
        for errored_item_data in _errored:
            errored_item = CreatedRelationsPayloadResultsErroredItem.from_dict(errored_item_data)

            errored.append(errored_item)

        created_relations_payload_results = cls(
            errored=errored,
        )

        created_relations_payload_results.additional_properties = d
        return created_relations_payload_results

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
