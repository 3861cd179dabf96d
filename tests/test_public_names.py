"""The public names with their parameters and types."""

import inspect
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, get_type_hints

import pytest

import facade
from facade._async.client import AsyncClientArguments
from facade._sync.client import ClientArguments
from tests import public_surface


def test_facade_has_every_public_name_and_all_of_its_errors() -> None:
    assert [name for name in facade.__all__ if not hasattr(facade, name)] == []
    assert set(public_surface.names_of(facade.errors)) <= set(facade.__all__)


def test_a_name_that_facade_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'facade' has no attribute 'Nothing'"):
        facade.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_public_surface_is_that_of_public_surface_txt() -> None:
    committed = (Path(__file__).parent / "public_surface.txt").read_text(encoding="utf-8")
    # After an intended change: tests/public_surface.py says how to update it.
    assert "\n".join(public_surface.lines()) == committed.rstrip()


def functions_of(kind: type) -> Iterator[Callable[..., Any]]:
    """Yield the public methods and properties of a class, and its `__init__`; with inherited ones.

    Those of a base class that is not of the facade are left out.
    """
    for base in kind.__mro__:
        for name, value in vars(base).items() if base.__module__.startswith("facade") else ():
            inner = getattr(value, "__func__", None) or getattr(value, "fget", None)
            inner = inner or getattr(value, "func", value)
            if inspect.isfunction(inner) and (name == "__init__" or not name.startswith("_")):
                yield inspect.unwrap(inner)


@pytest.mark.parametrize("module_name", public_surface.MODULES)
def test_type_hints_resolve_at_run_time(module_name: str) -> None:
    module = import_module(module_name)
    for name in public_surface.names_of(module):
        value = getattr(module, name)
        if isinstance(value, type):
            get_type_hints(value)
            for function in functions_of(value):
                get_type_hints(function)
        elif inspect.isfunction(value):
            get_type_hints(value)


@pytest.mark.parametrize("arguments", [AsyncClientArguments, ClientArguments])
def test_the_arguments_of_a_client_exist_at_run_time(arguments: type) -> None:
    assert {"token", "pace", "transport"} <= get_type_hints(arguments).keys()


@pytest.mark.parametrize("module_name", public_surface.MODULES)
def test_everything_public_has_a_docstring(module_name: str) -> None:
    module = import_module(module_name)
    for name in public_surface.names_of(module):
        value = getattr(module, name)
        if isinstance(value, type) or inspect.isfunction(value):
            assert inspect.getdoc(value), name
        if isinstance(value, type):
            methods = [
                (method, function)
                for method, function in vars(value).items()
                if inspect.isfunction(function) and not method.startswith("_")
            ]
            for method, function in methods:
                assert inspect.getdoc(function), f"{name}.{method}"
