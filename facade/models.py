"""What the facade hands out: frozen values with names that stay when HighLevel's move."""

from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from attrs import field, frozen

Item = TypeVar("Item")


def _extra() -> Any:
    # Left out of the hash, because a dict has none; equality still sees it.
    return field(factory=dict[str, Any], hash=False)


@frozen(kw_only=True)
class Association:
    """How two kinds of object relate. Only `id` is sure to come; the rest is None where it did not.

    `association_type` is USER_DEFINED or SYSTEM_DEFINED, and other text passes as it comes.
    A cardinality is text such as ONE_TO_MANY. `extra` keeps fields that are not known here.
    """

    id: str
    key: str | None = None
    first_object_key: str | None = None
    first_object_label: str | None = None
    second_object_key: str | None = None
    second_object_label: str | None = None
    association_type: str | None = None
    location_id: str | None = None
    first_object_to_second_object_cardinality: str | None = None
    second_object_to_first_object_cardinality: str | None = None
    extra: Mapping[str, Any] = _extra()


@frozen(kw_only=True)
class Relation:
    """Two records joined under an association. What did not come is None.

    `id` is empty in the one case seen where the wire left it out. `association_key` comes under
    Version v3. `extra` keeps fields that are not known here.
    """

    id: str
    association_id: str | None = None
    association_key: str | None = None
    first_object_key: str | None = None
    first_record_id: str | None = None
    second_object_key: str | None = None
    second_record_id: str | None = None
    location_id: str | None = None
    primary: bool | None = None
    extra: Mapping[str, Any] = _extra()

    def other(self, record_id: str) -> str:
        """Give the record on the other side; ValueError if `record_id` is on neither."""
        for this, other in (
            (self.first_record_id, self.second_record_id),
            (self.second_record_id, self.first_record_id),
        ):
            if this == record_id and other is not None:
                return other
        raise ValueError(f"record {record_id!r} is not on a side of relation {self.id!r}")


@frozen
class Page(Generic[Item]):
    """One page of a list, and the `total` on all pages: None when the wire does not say."""

    items: tuple[Item, ...]
    total: int | None = None

    def __iter__(self) -> Iterator[Item]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)
