"""Lazy loading of a package's names and a client's resources; the error for a missing package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Generic, TypeVar, cast, overload

Resource = TypeVar("Resource")


def lazy_names(
    package: str, modules: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], object], Callable[[], set[str]]]:
    """Return `__getattr__` and `__dir__` for a package whose names are defined in these modules.

    The modules are attributes, too, as if the package had imported them.
    """
    module_of = {name: module for module, names in modules.items() for name in names}

    def find(name: str) -> object:
        if name in module_of:
            value: object = getattr(import_module(f"{package}.{module_of[name]}"), name)
        elif name in modules:
            return import_module(f"{package}.{name}")
        else:
            raise _missing(package, name)
        # The package has it from now on.
        setattr(sys.modules[package], name, value)
        return value

    def names() -> set[str]:
        return {*vars(sys.modules[package]), *module_of, *filter(str.isidentifier, modules)}

    return find, names


def _missing(package: str, name: str) -> AttributeError | ImportError:
    """Return the error for a name, which says what to write instead."""
    import re  # here, because most programs never fail here
    from importlib.abc import InspectLoader
    from importlib.util import find_spec
    from pkgutil import iter_modules

    why = f"module {package!r} has no attribute {name!r}"
    if name.startswith("_"):
        return AttributeError(why)
    if find_spec(f"{package}.{name}") is not None:  # `from package import name` imports it next
        return AttributeError(f"{why}: write `import {package}.{name}`")
    for module in iter_modules(sys.modules[package].__path__, f"{package}."):
        # Its source is read, because its extra may be missing.
        loader = getattr(find_spec(module.name), "loader", None)
        source = loader.get_source(module.name) if isinstance(loader, InspectLoader) else None
        listed = re.search(rf'(?im)^__all__ = \[[^]]*"({re.escape(name)})"', source or "")
        if listed is None:
            continue
        statement = f"from {module.name} import {listed[1]}"
        # `from package import name` calls from here, and discards the text of an AttributeError.
        if sys._getframe(2).f_code.co_name == "_handle_fromlist":  # pyright: ignore[reportPrivateUsage]
            why = f"cannot import name {name!r} from {package!r}: write `{statement}`"
            return ImportError(why, name=package)
        return AttributeError(f"{why}: write `{statement}`")
    return AttributeError(why)


class LazyResource(Generic[Resource]):
    """A resource of a client; of the client's class, its class, which `create_autospec` reads."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name
        self._module = f"{owner.__module__.rpartition('.')[0]}.{name}"

    def load(self) -> type[Resource]:
        """Import the class, which loads generated code, from the module of the resource's name."""
        kind: type[Resource] = getattr(import_module(self._module), self._kind)
        return kind

    @overload
    def __get__(self, client: None, owner: type) -> type[Resource]: ...

    @overload
    def __get__(self, client: object, owner: type) -> Resource: ...

    def __get__(self, client: Any, owner: type) -> type[Resource] | Resource:
        if client is None:
            return self.load()
        make = cast("Callable[..., Resource]", self.load())
        # The client has it from now on; if two threads create it, the first one is kept.
        made = make(client._pipeline, client.location_id, client._settings)
        kept: dict[str, Resource] = client.__dict__
        return kept.setdefault(self._name, made)


def missing_extra(extra: str) -> ImportError:
    return ImportError(f'a package is missing: pip install "highlevel-associations[{extra}]"')
