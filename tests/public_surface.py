"""Write the public surface: names, signatures, types.

After an intended change that an entry in changes/ announces:
`python -m tests.public_surface > tests/public_surface.txt`.
"""

import argparse
import inspect
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, ForwardRef

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


MODULES = tuple(_modules())


def lines() -> Iterator[str]:
    """Yield the surface line by line: each module with its names in alphabetical order.

    A class is written where it comes first, with its own members only; other modules that have it
    name it in their first lines. An async class like a blocking one refers to that, and classes
    without members stand beside their base.
    """
    written: dict[Any, list[str]] = {}
    for module in map(import_module, MODULES):
        named = {name: getattr(module, name) for name in names_of(module)}
        yield module.__name__
        yield from _wrapped("", [name for name, value in named.items() if value in written])
        empty = defaultdict[str, list[str]](list)
        for name in sorted(named, key=lambda name: (name.removeprefix("Async"), len(name))):
            value: Any = named[name]
            twin: Any = named.get(name.removeprefix("Async"))
            if isinstance(value, type):
                for kind in reversed(with_private_bases(value)):
                    if kind in written:
                        continue
                    written[kind] = [_short(line).replace("Async", "") for line in _class(kind)]
                    if written[kind] == written.get(twin) and value is not twin:
                        yield f"  class {name}: as {twin.__name__}, async"
                    elif len(written[kind]) == 1:
                        empty[", ".join(base.__name__ for base in kind.__bases__)].append(name)
                    else:
                        yield from map(_short, _class(kind))
            elif inspect.isfunction(value):
                yield _short(f"  {name}{inspect.signature(value)}")
            elif inspect.ismodule(value):
                yield f"  module {name}"
            else:
                yield _short(f"  {name}: {_constant(value)}")
        for base, names in sorted(empty.items()):
            yield from _wrapped(f"classes ({base}): ", names)


def _wrapped(start: str, names: Sequence[str]) -> list[str]:
    text = start + ", ".join(names) if names else ""
    return textwrap.wrap(text, 100, initial_indent="  ", subsequent_indent="    ")


def with_private_bases(kind: type) -> list[type]:
    """Return a class, and those of its bases that have no name that users know."""
    return [base for base in kind.__mro__ if base is kind or base.__name__.startswith("_")]


def _class(kind: type) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in kind.__bases__)
    yield f"  class {kind.__name__}({bases})"
    if fields := ", ".join(f"{name}: {_type(of)}" for name, of in fields_of(kind).items()):
        yield f"    {fields}"
    yield from (f"    {line}" for line in members_of(kind).values())


def fields_of(kind: type) -> dict[str, object]:
    """Return the own public fields of a class, with their types."""
    if attrs.has(kind):
        own = [field for field in attrs.fields(kind) if not field.inherited]
        return {field.name: field.type for field in own if not field.name.startswith("_")}
    return dict(kind.__annotations__) if issubclass(kind, tuple | dict) else {}


def members_of(kind: type) -> dict[str, str]:
    """Return the own public methods and properties of a class, each as a line."""
    members = {}
    for name, value in sorted(vars(kind).items()):
        inner = getattr(value, "__func__", value)
        is_init = name == "__init__" and not (
            attrs.has(kind) or getattr(kind, "_is_protocol", False)
        )
        if name.startswith("_") and not is_init:
            continue
        if inspect.isfunction(inner):
            members[name] = f"{name}{inspect.signature(inner)}"
        elif isinstance(value, property | cached_property):
            read = value.func if isinstance(value, cached_property) else value.fget
            assert read is not None
            members[name] = f"{name} -> {_type(inspect.signature(read).return_annotation)}"
        elif isinstance(value, LazyResource):
            members[name] = f"{name} -> {value.load().__name__}"
    return members


def _short(line: str) -> str:
    """Remove the module of our classes and memory addresses, and unify Python 3.11's notation."""
    short = re.sub(r"\bfacade\.[\w.]*\.(?=\w)| at 0x[0-9a-f]+", "", line)
    return re.sub(r"\*<class '(\w+)'>", r"Unpack[\1]", short)


def _type(annotation: object) -> str:
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, type) and not getattr(annotation, "__args__", ()):
        return annotation.__name__
    return str(annotation)


def _constant(value: object) -> str:
    """Return the type of a constant; for an alias, the types that it names."""
    return type(value).__name__ if isinstance(value, str | tuple | int | float) else str(value)


if __name__ == "__main__":
    argparse.ArgumentParser(prog="python -m tests.public_surface", description=__doc__).parse_args()
    print("\n".join(lines()))  # noqa: T201 - it is asked for
