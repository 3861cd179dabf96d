"""Write down the public surface: names, signatures, types.

After a change that is meant and announced in CHANGELOG.md:
`python -m tests.public_surface > tests/public_surface.txt`.
"""

import inspect
from collections.abc import Iterator
from functools import cached_property

import attrs

import facade
from facade import bulk, redis, webhooks
from facade.associations import Associations, AsyncAssociations
from facade.relations import AsyncRelations, Relations
from facade.retry import CallOptions


def lines() -> Iterator[str]:
    """Give the surface a line at a time, in alphabetical order."""
    for name in sorted(facade.__all__):
        value = getattr(facade, name)
        if isinstance(value, type):
            yield from _class(name, value)
    for kind in (Associations, AsyncAssociations, Relations, AsyncRelations):
        yield from _class(kind.__name__, kind)
    for room in (bulk, redis, webhooks):
        for name in room.__all__:
            value = getattr(room, name)
            named = f"{room.__name__.removeprefix('facade.')}.{name}"
            if isinstance(value, type):
                yield from _class(named, value)
            elif inspect.isfunction(value):
                yield f"{named}{inspect.signature(value)}"
    for option, annotation in CallOptions.__annotations__.items():
        yield f"CallOptions.{option}: {_type(annotation)}"


def _class(name: str, kind: type) -> Iterator[str]:
    bases = ", ".join(base.__name__ for base in kind.__bases__)
    yield f"class {name}({bases})"
    if attrs.has(kind):
        for field in attrs.fields(kind):
            yield f"  {field.name}: {_type(field.type)}"
    elif issubclass(kind, tuple):
        for field_name, annotation in kind.__annotations__.items():
            yield f"  {field_name}: {_type(annotation)}"
    # Its own, and what comes from a base that has no line of its own.
    members = {
        member: value
        for base in reversed(kind.__mro__)
        if base is kind or base.__name__.startswith("_") or base.__name__.endswith("Resource")
        for member, value in vars(base).items()
    }
    for member, value in sorted(members.items()):
        if member.startswith("_") and member != "__init__":
            continue
        inner = getattr(value, "__func__", value)
        if inspect.isfunction(inner) and not (member == "__init__" and attrs.has(kind)):
            yield f"  {member}{inspect.signature(inner)}"
        elif isinstance(value, property | cached_property):
            read = value.func if isinstance(value, cached_property) else value.fget
            assert read is not None
            yield f"  {member} -> {_type(inspect.signature(read).return_annotation)}"


def _type(annotation: object) -> str:
    return annotation.__name__ if isinstance(annotation, type) else str(annotation)


if __name__ == "__main__":
    print("\n".join(lines()))  # noqa: T201 - it is asked for
