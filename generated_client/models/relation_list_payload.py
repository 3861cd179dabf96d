from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.relation_payload import RelationPayload


T = TypeVar("T", bound="RelationListPayload")


@_attrs_define
class RelationListPayload:
    """A page of relations.

    Attributes:
        relations (list[RelationPayload]): The relations of this page.
        total (int | Unset): How many there are on all pages together; not always sent.
        trace_id (str | Unset): Names this one answer to HighLevel's support.
    """

    relations: list[RelationPayload]
    total: int | Unset = UNSET
    trace_id: str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        relations = []
        for relations_item_data in self.relations:
            relations_item = relations_item_data.to_dict()
            relations.append(relations_item)

        total = self.total

        trace_id = self.trace_id

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "relations": relations,
            }
        )
        if total is not UNSET:
            field_dict["total"] = total
        if trace_id is not UNSET:
            field_dict["traceId"] = trace_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.relation_payload import RelationPayload  # noqa: PLC0415

        d = dict(src_dict)
        relations = []
        _relations = d.pop("relations")
        for relations_item_data in _relations:
            relations_item = RelationPayload.from_dict(relations_item_data)

            relations.append(relations_item)

        total = d.pop("total", UNSET)

        trace_id = d.pop("traceId", UNSET)

        relation_list_payload = cls(
            relations=relations,
            total=total,
            trace_id=trace_id,
        )

        relation_list_payload.additional_properties = d
        return relation_list_payload

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
