"""The public names with their parameters and types."""

import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import facade
from facade._async.client import AsyncClientArguments
from facade._sync.client import ClientArguments
from tests import public_surface

PUBLIC = [
    pytest.param(value, id=f"{module.__name__}.{name}")
    for module in map(import_module, public_surface.MODULES)
    for name in public_surface.names_of(module)
    if isinstance(value := getattr(module, name), type) or inspect.isfunction(value)
]


def test_facade_has_every_public_name_and_all_of_its_errors() -> None:
    assert [name for name in facade.__all__ if not hasattr(facade, name)] == []
    assert set(public_surface.names_of(facade.errors)) <= set(facade.__all__)
    with pytest.raises(AttributeError, match="module 'facade' has no attribute 'Nothing'"):
        facade.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_public_surface_is_that_of_public_surface_txt() -> None:
    committed = (Path(__file__).parent / "public_surface.txt").read_text(encoding="utf-8")
    # After an intended change: tests/public_surface.py says how to update it.
    assert "\n".join(public_surface.lines()) == committed.rstrip()


def functions_of(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the public methods and properties of a class, and its `__init__`; with inherited ones.

    Those of a base class that is not of the facade are left out.
    """
    for base in kind.__mro__:
        for name, value in vars(base).items() if base.__module__.startswith("facade") else ():
            inner = getattr(value, "__func__", None) or getattr(value, "fget", None)
            inner = inner or getattr(value, "func", value)
            if inspect.isfunction(inner) and (name == "__init__" or not name.startswith("_")):
                yield name, inspect.unwrap(inner)


@pytest.mark.parametrize("value", PUBLIC)
def test_a_public_name_has_a_docstring_and_type_hints_that_resolve_at_run_time(value: Any) -> None:
    functions = [*functions_of(value)] if isinstance(value, type) else []
    for name, each in ((value.__name__, value), *functions):
        get_type_hints(each)
        assert name == "__init__" or inspect.getdoc(each), name


@pytest.mark.parametrize("arguments", [AsyncClientArguments, ClientArguments])
def test_the_arguments_of_a_client_exist_at_run_time(arguments: type) -> None:
    assert {"token", "pace", "transport"} <= get_type_hints(arguments).keys()
