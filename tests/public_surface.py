"""Write the public surface: names, signatures, types.

After an intended change that an entry in changes/ announces:
`python -m tests.public_surface > tests/public_surface.txt`.
"""

import argparse
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import ForwardRef

import attrs

from facade._core.lazy import LazyResource

ROOT = Path(__file__).parents[1]


def _modules() -> Iterator[str]:
    """Yield the public modules: those with an `__all__`, and those beside facade's own."""
    for path in sorted((ROOT / "facade").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(part for part in parts if part != "__init__")
        is_private = any(part.startswith("_") for part in name.split("."))
        if is_private or not (len(parts) == 2 or "\n__all__ = " in path.read_text("utf-8")):
            continue
        if names_of(import_module(name)):
            yield name


def lines() -> Iterator[str]:
    """Yield the surface line by line: each module with its names in alphabetical order."""
    shown: set[type] = set()
    for module_name in MODULES:
        module = import_module(module_name)
        yield module_name
        for name in names_of(module):
            value = getattr(module, name)
            if isinstance(value, type):
                # A class is written in full where it comes first; facade repeats those of modules.
                yield from ([f"  class {name}"] if value in shown else map(_short, _class(value)))
                shown.add(value)
            elif inspect.isfunction(value):
                yield _short(f"  {name}{inspect.signature(value)}")
            elif inspect.ismodule(value):
                yield f"  module {name}"
            else:
                yield _short(f"  {name}: {_constant(value)}")


def names_of(module: ModuleType) -> list[str]:
    """Return the public names of a module: its __all__, or else its public classes."""
    listed: list[str] | None = getattr(module, "__all__", None)
    if listed is not None:
        return sorted(listed)
    return sorted(
        name
        for name, value in vars(module).items()
        if isinstance(value, type) and not name.startswith("_")
        if value.__module__ == module.__name__
    )


def _short(line: str) -> str:
    """Remove the module of our classes and memory addresses, and unify Python 3.11's notation."""
    short = re.sub(r"\bfacade\.[\w.]*\.(?=\w)| at 0x[0-9a-f]+", "", line)
    return re.sub(r"\*<class '(\w+)'>", r"Unpack[\1]", short)


def _class(kind: type) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in kind.__bases__)
    yield f"  class {kind.__name__}({bases})"
    if attrs.has(kind):
        for field in attrs.fields(kind):
            if not field.name.startswith("_"):
                yield f"    {field.name}: {_type(field.type)}"
    elif issubclass(kind, tuple | dict):
        for field_name, annotation in kind.__annotations__.items():
            yield f"    {field_name}: {_type(annotation)}"
    # Its own members, and those of a base class without a line of its own.
    members = {
        member: value
        for base in reversed(kind.__mro__)
        if base is kind or base.__name__.startswith("_")
        for member, value in vars(base).items()
    }
    for member, value in sorted(members.items()):
        if member.startswith("_") and member != "__init__":
            continue
        inner = getattr(value, "__func__", value)
        if inspect.isfunction(inner) and not (member == "__init__" and attrs.has(kind)):
            yield f"    {member}{inspect.signature(inner)}"
        elif isinstance(value, property | cached_property):
            read = value.func if isinstance(value, cached_property) else value.fget
            assert read is not None
            yield f"    {member} -> {_type(inspect.signature(read).return_annotation)}"
        elif isinstance(value, LazyResource):
            yield f"    {member} -> {value.load().__name__}"


def _type(annotation: object) -> str:
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, type) and not getattr(annotation, "__args__", ()):
        return annotation.__name__
    return str(annotation)


def _constant(value: object) -> str:
    """Return the type of a constant; for an alias, the types that it names."""
    return type(value).__name__ if isinstance(value, str | tuple | int | float) else str(value)


MODULES = tuple(_modules())

if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m tests.public_surface", description=__doc__).parse_args()
    print("\n".join(lines()))  # noqa: T201 - it is asked for
