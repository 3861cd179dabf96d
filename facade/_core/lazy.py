"""What is loaded when it is first used: the names of a package, and the resources of a client."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Generic, TypeVar, cast, overload

Resource = TypeVar("Resource")


def lazy_names(
    package: str, modules: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package whose names are in these modules of it.

    The modules themselves are attributes, too, as if the package had imported them.
    """
    homes = {name: module for module, names in modules.items() for name in names}

    def find(name: str) -> object:
        if name in homes:
            value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
        elif name in modules:
            return import_module(f"{package}.{name}")
        else:
            hint = _hint(package, name)
            raise AttributeError(f"module {package!r} has no attribute {name!r}{hint}")
        # Next time it is found in the package itself.
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes, *filter(str.isidentifier, modules)})

    return find, names


def _hint(package: str, name: str) -> str:
    """Say what to write where the name is a module that nobody has imported."""
    from importlib.util import find_spec  # here, because most programs ask for no such name

    is_module = not name.startswith("_") and find_spec(f"{package}.{name}") is not None
    return f": write `import {package}.{name}`" if is_module else ""


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
