"""Lazy loading of a package's names and a client's resources; the error for a missing package."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any, Generic, TypeVar, cast, overload

Resource = TypeVar("Resource")


def lazy_names(
    package: str, modules: Mapping[str, Iterable[str]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
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

    def names() -> list[str]:
        return sorted({*vars(sys.modules[package]), *module_of, *filter(str.isidentifier, modules)})

    return find, names


def _missing(package: str, name: str) -> AttributeError | ImportError:
    """Return the error for a name that a package does not have; it says what to write instead."""
    from importlib.util import find_spec  # here, because most programs never fail here

    why = f"module {package!r} has no attribute {name!r}"
    if name.startswith("_"):
        return AttributeError(why)
    if find_spec(f"{package}.{name}") is not None:  # `from package import name` imports it next
        return AttributeError(f"{why}: write `import {package}.{name}`")
    statement = _import_statement(package, name)
    # `from package import name` calls from here, and would discard the text of an AttributeError.
    caller = sys._getframe(2).f_code.co_name  # pyright: ignore[reportPrivateUsage]
    if statement and caller == "_handle_fromlist":
        return ImportError(
            f"cannot import name {name!r} from {package!r}: write `{statement}`", name=package
        )
    return AttributeError(f"{why}: write `{statement}`" if statement else why)


def _import_statement(package: str, name: str) -> str:
    """Return the import of a name from the submodule that lists it; empty text if none does."""
    from pkgutil import iter_modules

    for module in iter_modules(sys.modules[package].__path__, f"{package}."):
        for listed in _listed_names(module.name):
            if listed.casefold() == name.casefold():
                return f"from {module.name} import {listed}"
    return ""


def _listed_names(module: str) -> list[str]:
    """Return `__all__` of a module without importing it, because its extra may be missing."""
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
    """A resource of a client; on the client's class, it is the class of the resource.

    `unittest.mock.create_autospec` reads the class, and so mocks the resource's methods.
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
        # The client has it from now on; if two threads create it, the first one is kept.
        made = make(client._pipeline, client.location_id, client._settings)
        kept: dict[str, Resource] = client.__dict__
        return kept.setdefault(self._name, made)


def missing_extra(extra: str) -> ImportError:
    """Return the error for a missing package of an extra, which says what to install."""
    return ImportError(f'a package is missing: pip install "highlevel-associations[{extra}]"')
