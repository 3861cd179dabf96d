"""The promise to apps: these names, with these parameters and types."""

import inspect
from pathlib import Path

import facade
from facade.associations import Associations, AsyncAssociations
from facade.relations import AsyncRelations, Relations
from tests import public_surface

NAMES = """
APIConnectionError APIStatusError APITimeoutError Association AssociationConflictError
AssociationsClient AssociationsError AsyncAssociationsClient AuthenticationError BadRequestError
ConnectFailedError ConnectionLostError ContractError DailyLimitError DeadlineError
DuplicateRelationError
Ensured EqualLabelsError InvalidRecordError LocalPace LocationAccessError MissingScopeError
NotFoundError Observer Pace Page PermissionDeniedError RateLimitError Relation RelationLimitError
ServerError TokenSource Turn UnprocessableEntityError VersionHeaderError __version__
"""


def public(kind: type) -> list[str]:
    return [
        name
        for name, function in vars(kind).items()
        if inspect.isfunction(function) and not name.startswith("_")
    ]


def test_facade_hands_out_exactly_these_names() -> None:
    assert sorted(facade.__all__) == sorted(NAMES.split())
    assert all(hasattr(facade, name) for name in facade.__all__)


def test_the_public_surface_changes_only_with_an_announcement() -> None:
    committed = (Path(__file__).parent / "public_surface.txt").read_text(encoding="utf-8")
    # If the change is meant: tests/public_surface.py says how to write it down anew.
    assert "\n".join(public_surface.lines()) == committed.rstrip()


def test_everything_public_says_what_it_does() -> None:
    for name in facade.__all__:
        assert name == "__version__" or inspect.getdoc(getattr(facade, name)), name
    for kind in (Associations, AsyncAssociations, Relations, AsyncRelations):
        for name in public(kind):
            assert inspect.getdoc(getattr(kind, name)), f"{kind.__name__}.{name}"
