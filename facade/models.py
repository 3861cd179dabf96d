"""The models: frozen values, whose attribute names do not change when HighLevel's names do."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from operator import methodcaller
from typing import Any, Generic, Literal, NamedTuple, Self, TypeVar, cast, overload

from attrs import field, fields, frozen

Item = TypeVar("Item")

# Fields that differ between two responses with the same item: models are compared without them.
_RESPONSE_FIELDS = frozenset({"traceId", "updated"})


def _without_response(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in extra.items() if name not in _RESPONSE_FIELDS}


def _extra() -> Any:
    # Not in the hash, because a dict has none.
    return field(factory=dict[str, Any], eq=_without_response, hash=False)


def _promoted() -> Any:
    """Declare an attribute that was in `extra` in earlier releases, and stays there, too."""
    return field(default=None, metadata={"in_extra": True})


def _dict_of(model: "Association | Relation") -> dict[str, Any]:
    names = [each.name for each in fields(type(model)) if not each.name.startswith("_")]
    return {name: getattr(model, name) for name in names} | {"extra": deepcopy(dict(model.extra))}


def _plain(item: Any) -> Any:
    return item.to_dict() if isinstance(item, Association | Relation) else item


def _item_of(value: Any) -> Any:
    """Return the model that `to_dict` made a dict of; only that of a relation has `record_ids`."""
    if not isinstance(value, Mapping):
        return value
    values = cast("Mapping[str, Any]", value)
    return (Relation if "record_ids" in values else Association).from_dict(values)


def _pydantic_schema(model: Any, source: object, handler: object) -> dict[str, Any]:
    """Tell pydantic to keep a model or to read it from its dict, and to write it as one."""

    def read(value: Any) -> Any:
        try:
            return value if isinstance(value, model) else model.from_dict(value)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"it is no dict of {model.__name__}.to_dict: {error!r}") from error

    as_dict = {"type": "dict"}
    # As its own class does, which in a union may be another one.
    write = methodcaller("to_dict")
    to_dict = {"type": "function-plain", "function": write, "return_schema": as_dict}
    return {
        "type": "function-plain",
        "function": {"type": "no-info", "function": read},
        "json_schema_input_schema": as_dict,
        "serialization": to_dict,
    }


def _repr(model: object, *names: str) -> str:
    """Return a repr of the attributes that identify a model, without those that are None."""
    known = [(name, getattr(model, name)) for name in names]
    shown = [f"{name}={value!r}" for name, value in known if value is not None]
    return f"{type(model).__name__}({', '.join(shown)})"


# Without slots, because a frozen instance with slots takes twice as long to create.
@frozen(kw_only=True, slots=False)
class Association:
    """An association between two kinds of object. A field that HighLevel omits is None.

    `id` is empty only if neither the response to its creation nor a lookup contains it.
    `association_type` is USER_DEFINED, SYSTEM_DEFINED or another text of HighLevel's. A cardinality
    is text such as ONE_TO_MANY; a maximum is a number of relations. `extra` holds the other fields
    of the response, under their wire names and with their JSON values.
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
    first_object_to_second_object_max_limit: int | None = _promoted()
    second_object_to_first_object_max_limit: int | None = _promoted()
    extra: Mapping[str, Any] = _extra()

    def side_of(self, object_key: str) -> Literal["first", "second"]:
        """Return the side of a kind of object; raise ValueError if it is on neither or on both."""
        first, second = self.first_object_key, self.second_object_key
        if first == second == object_key:
            raise ValueError(
                f"{self._name} has {object_key} on both sides: pass the records by side, first "
                "and second"
            )
        if object_key not in (first, second):
            raise ValueError(f"{self._name} joins {first} and {second}, not {object_key}")
        return "first" if object_key == first else "second"

    def orient(self, records: Mapping[str, str]) -> tuple[str, str]:
        """Return two record ids, given by object key, as (first, second).

        Raises ValueError if the keys do not determine the sides.
        """
        sides = {self.side_of(object_key): record for object_key, record in records.items()}
        if sides.keys() != {"first", "second"}:
            wanted = f"{self.first_object_key} and {self.second_object_key}"
            raise ValueError(f"{self._name} joins a record of {wanted}, not of {[*records]}")
        return sides["first"], sides["second"]

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes, `extra` included, as a dict of JSON values."""
        return _dict_of(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the association of which `to_dict` made this dict."""
        return cls(**values)

    __get_pydantic_core_schema__ = classmethod(_pydantic_schema)

    def __repr__(self) -> str:
        return _repr(self, "id", "key", "first_object_key", "second_object_key")

    @property
    def _name(self) -> str:
        return f"association {self.key or self.id!r}"


@frozen(kw_only=True, slots=False)
class Relation:
    """A relation between two records under an association. A field that HighLevel omits is None.

    `id` is empty if HighLevel omits it, as in one known response. `association_key` is set under
    Version v3. One form of v3's list has two records without their sides: `record_ids` contains
    them, and `first_record_id` and `second_record_id` are None. `extra` holds the other fields of
    the response, under their wire names and with their JSON values.
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
    _unsided: tuple[str, str] | None = field(default=None, alias="unsided", repr=False)
    extra: Mapping[str, Any] = _extra()

    @property
    def record_ids(self) -> tuple[str | None, str | None]:
        """The two record ids: first and second, or in any order if their sides are unknown."""
        return self._unsided or (self.first_record_id, self.second_record_id)

    def other(self, record_id: str) -> str:
        """Return the record on the other side; raise ValueError if `record_id` is on neither."""
        one, two = self.record_ids
        for this, other in ((one, two), (two, one)):
            if this == record_id and other is not None:
                return other
        raise ValueError(f"record {record_id!r} is not on a side of relation {self.id!r}")

    def to_dict(self) -> dict[str, Any]:
        """Return all attributes, `extra` included, as a dict of JSON values.

        `record_ids` is included, because a relation without sides has its records only there.
        """
        return _dict_of(self) | {"record_ids": [*self.record_ids]}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the relation of which `to_dict` made this dict."""
        given = dict(values)
        sides = given.get("first_record_id"), given.get("second_record_id")
        one, two = given.pop("record_ids", sides)
        return cls(**given, unsided=(one, two) if (one, two) != sides else None)

    __get_pydantic_core_schema__ = classmethod(_pydantic_schema)

    def __repr__(self) -> str:
        sides = ("record_ids",) if self._unsided else ("first_record_id", "second_record_id")
        return _repr(self, "id", "association_id", *sides)


class Ensured(NamedTuple, Generic[Item]):
    """An item that exists, and whether the call created it."""

    item: Item
    created: bool

    def to_dict(self) -> dict[str, Any]:
        """Return a dict of JSON values: `item`, as its `to_dict` returns it, and `created`."""
        return {"item": _plain(self.item), "created": self.created}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return what `to_dict` made this dict of."""
        return cls(_item_of(values["item"]), values["created"])


@frozen
class Page(Sequence[Item]):
    """One page of a list: a Sequence of its items, and the `total` of items on all pages.

    `total` is None if HighLevel omits it. `extra` holds the other fields of the response, such as
    `traceId`. `entry_count` is the length of HighLevel's list, by which `skip` moves on, if it is
    not that of the items: an entry may be several, or of an association that was not asked for.
    Otherwise it is None.
    """

    items: tuple[Item, ...]
    total: int | None = None
    extra: Mapping[str, Any] = _extra()
    entry_count: int | None = field(default=None, kw_only=True, repr=False, eq=False)

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Item, ...]: ...

    def __getitem__(self, index: int | slice) -> Item | tuple[Item, ...]:
        return self.items[index]

    def to_dict(self) -> dict[str, Any]:
        """Return a dict of JSON values: `items`, as dicts, `total`, `extra`, any `entry_count`."""
        items = [_plain(item) for item in self.items]
        counted = {} if self.entry_count is None else {"entry_count": self.entry_count}
        return {"items": items, "total": self.total, "extra": deepcopy(dict(self.extra)), **counted}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Return the page of which `to_dict` made this dict."""
        items = tuple(map(_item_of, values["items"]))
        return cls(items, values["total"], values["extra"], entry_count=values.get("entry_count"))

    __get_pydantic_core_schema__ = classmethod(_pydantic_schema)

    def __repr__(self) -> str:
        return f"Page({len(self)} items, total={self.total})"
