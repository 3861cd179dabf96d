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
            raise _missing(package, name)
        # Next time it is found in the package itself.
        setattr(sys.modules[package], name, value)
        return value

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes, *filter(str.isidentifier, modules)})

    return find, names


def _missing(package: str, name: str) -> AttributeError | ImportError:
    """Make the error for a name that a package does not have; it says what to write instead."""
    from importlib.util import find_spec  # here, because most programs ask for no such name

    why = f"module {package!r} has no attribute {name!r}"
    if name.startswith("_"):
        return AttributeError(why)
    if find_spec(f"{package}.{name}") is not None:  # `from package import name` imports it next
        return AttributeError(f"{why}: write `import {package}.{name}`")
    statement = _statement(package, name)
    # `from package import name` asks from here, and would drop the text of an AttributeError.
    asker = sys._getframe(2).f_code.co_name  # pyright: ignore[reportPrivateUsage]
    if statement and asker == "_handle_fromlist":
        return ImportError(
            f"cannot import name {name!r} from {package!r}: write `{statement}`", name=package
        )
    return AttributeError(f"{why}: write `{statement}`" if statement else why)


def _statement(package: str, name: str) -> str:
    """Return the import of a name from the module beneath a package that lists it; or nothing."""
    from pkgutil import iter_modules

    for module in iter_modules(sys.modules[package].__path__, f"{package}."):
        for listed in _listed_names(module.name):
            if listed.casefold() == name.casefold():
                return f"from {module.name} import {listed}"
    return ""


def _listed_names(module: str) -> list[str]:
    """Return what the `__all__` of a module lists, without importing it: it may lack an extra."""
    import ast
    from importlib.abc import InspectLoader
    from importlib.util import find_spec

    spec = find_spec(module)
    loader = spec.loader if spec else None
    source = loader.get_source(module) if isinstance(loader, InspectLoader) else None
    for node in ast.parse(source or "").body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return list(ast.literal_eval(node.value))
    return []


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
