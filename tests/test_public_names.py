"""The promise to apps: these names, with these parameters."""

import inspect
from typing import Any

import pytest

import facade
from facade.associations import Associations, AsyncAssociations
from facade.relations import AsyncRelations, Relations

NAMES = """
APIConnectionError APIStatusError APITimeoutError Association AssociationConflictError
AssociationsClient AssociationsError AsyncAssociationsClient AuthenticationError BadRequestError
ConnectFailedError ConnectionLostError ContractError DailyLimitError DuplicateRelationError
Ensured EqualLabelsError InvalidRecordError LocalPace LocationAccessError MissingScopeError
NotFoundError Observer Pace Page PermissionDeniedError RateLimitError Relation RelationLimitError
ServerError TokenSource Turn UnprocessableEntityError VersionHeaderError __version__
"""

SIGNATURES = {
    "Associations.create": "key= first_object_key= first_object_label= second_object_key= "
    "second_object_label=",
    "Associations.ensure": "key= first_object_key= first_object_label= second_object_key= "
    "second_object_label=",
    "Associations.get": "association_id",
    "Associations.get_by_key": "key",
    "Associations.list_for_object": "object_key",
    "Associations.list": "skip= limit=",
    "Associations.iterate": "page_size=",
    "Associations.update": "association_id first_object_label= second_object_label=",
    "Associations.delete": "association_id",
    "Relations.create": "association_id first_record_id= second_record_id=",
    "Relations.ensure": "association_id first_record_id= second_record_id=",
    "Relations.link": "association records",
    "Relations.list": "record_id association_ids= skip= limit=",
    "Relations.iterate": "record_id association_ids= page_size=",
    "Relations.delete": "relation_id",
}


def parameters(function: Any) -> str:
    """Name the parameters; those that must be named are followed by `=`."""
    marks: dict[object, str] = {
        inspect.Parameter.KEYWORD_ONLY: "{}=",
        inspect.Parameter.VAR_KEYWORD: "**{}",
    }
    listed = list(inspect.signature(function).parameters.values())[1:]
    return " ".join(marks.get(one.kind, "{}").format(one.name) for one in listed)


def public(kind: type) -> dict[str, str]:
    return {
        name: parameters(function)
        for name, function in vars(kind).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }


def test_facade_hands_out_exactly_these_names() -> None:
    assert sorted(facade.__all__) == sorted(NAMES.split())
    assert all(hasattr(facade, name) for name in facade.__all__)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("Associations", (Associations, AsyncAssociations)),
        ("Relations", (Relations, AsyncRelations)),
    ],
)
def test_the_resources_have_exactly_these_methods(name: str, kinds: tuple[type, ...]) -> None:
    expected = {
        key.partition(".")[2]: f"{value} **options"
        for key, value in SIGNATURES.items()
        if key.startswith(name)
    }
    for kind in kinds:
        assert public(kind) == expected


def test_both_clients_take_the_same_options() -> None:
    options = (
        "token location_id version= base_url= timeout= retries= pace= observe= transport= "
        "http_client="
    )
    assert parameters(facade.AssociationsClient.__init__) == options
    assert parameters(facade.AsyncAssociationsClient.__init__) == options


def test_everything_public_says_what_it_does() -> None:
    for name in facade.__all__:
        assert name == "__version__" or inspect.getdoc(getattr(facade, name)), name
    for kind in (Associations, AsyncAssociations, Relations, AsyncRelations):
        for name in public(kind):
            assert inspect.getdoc(getattr(kind, name)), f"{kind.__name__}.{name}"
