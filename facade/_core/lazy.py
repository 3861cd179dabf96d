"""A client's resources: made when they are first used, and known to a mock of the client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast, overload

Resource = TypeVar("Resource")


class LazyResource(Generic[Resource]):
    """A resource of a client: on the class it is the resource's own class.

    `unittest.mock.create_autospec` looks at the class, and so knows the resource's methods.
    """

    def __init__(self, load: Callable[[], type[Resource]], doc: str) -> None:
        self.load = load
        self.__doc__ = doc

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, client: None, owner: type) -> type[Resource]: ...

    @overload
    def __get__(self, client: object, owner: type) -> Resource: ...

    def __get__(self, client: Any, owner: type) -> type[Resource] | Resource:
        if client is None:
            return self.load()
        make = cast("Callable[..., Resource]", self.load())
        # From now on it is found in the client itself; of two threads, the first one's counts.
        made = make(client.api, client.location_id, client._options)
        kept: dict[str, Resource] = client.__dict__
        return kept.setdefault(self._name, made)
