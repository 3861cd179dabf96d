"""The public names with their parameters and types."""

import inspect
from importlib import import_module
from pathlib import Path

import pytest

import facade
from tests import public_surface

NAMES = """
APIConnectionError APIStatusError APITimeoutError Association AssociationConflictError Associations
AssociationsClient AssociationsError AsyncAssociations AsyncAssociationsClient AsyncRelations
AuthenticationError BadRequestError CallOptions ConnectFailedError ConnectionLostError
ContractError DailyLimitError DeadlineError DuplicateAssociationError DuplicateRelationError
EdgeRefusalError Ensured EqualLabelsError InvalidRecordError LocalPace LocationAccessError
MissingScopeError NotFoundError Pace Page PermissionDeniedError RateLimitError Relation
RelationLimitError Relations ResponseTooLargeError
ServerError TokenSource TokenTypeError Turn UnprocessableEntityError
VersionHeaderError __version__
"""


def test_facade_has_exactly_these_public_names() -> None:
    assert sorted(facade.__all__) == sorted(NAMES.split())
    assert all(hasattr(facade, name) for name in facade.__all__)


def test_a_name_that_facade_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'facade' has no attribute 'Nothing'"):
        facade.Nothing  # type: ignore[attr-defined]  # noqa: B018


def test_the_public_surface_is_that_of_public_surface_txt() -> None:
    committed = (Path(__file__).parent / "public_surface.txt").read_text(encoding="utf-8")
    # After an intended change: tests/public_surface.py says how to update it.
    assert "\n".join(public_surface.lines()) == committed.rstrip()


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
