"""From generated payloads to models: the only file that knows the names of both.

A body that the contract does not describe raises one of UNREADABLE; a resource makes it a
ContractError that keeps the body.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from facade._core.response import parse_body
from facade.errors import AssociationConflictError
from facade.models import Association, Page, Relation
from generated_client.models import (
    AssociationEnvelope,
    AssociationListPayload,
    AssociationPayload,
    CreateAssociationBody,
    DeletedPayload,
    RelationListPayload,
    RelationPayload,
)
from generated_client.types import Unset

if TYPE_CHECKING:
    import httpx

Answer = TypeVar("Answer")
Model = TypeVar("Model")

# What generated parsing and the functions below raise for a body that is not as the contract says.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError, RecursionError)


def parsed(
    read: Callable[[Answer], Model], answer: Answer, response: "httpx.Response | None"
) -> Model:
    """Read an answer as a model; a page may be empty only if the response holds an empty list.

    Generated code takes `{}` and "" for an empty list as well.
    """
    model = read(answer)
    if response is not None and _is_empty_page(model):
        body: object = parse_body(response.content)
        values = cast("dict[str, object]", body).values() if isinstance(body, dict) else [body]
        if not any(value == [] for value in values):
            raise ValueError("a list is expected")
    return model


def _is_empty_page(model: object) -> bool:
    return isinstance(model, Page) and not cast("Page[object]", model).items


def association(answer: object) -> Association:
    """Read an association, in an envelope or without."""
    payload = answer.association if isinstance(answer, AssociationEnvelope) else answer
    if not isinstance(payload, AssociationPayload):
        raise ValueError(_instead(answer, "an association"))
    return Association(
        id=_id(payload.id),
        key=_text(payload.key),
        first_object_key=_text(payload.first_object_key),
        first_object_label=_text(payload.first_object_label),
        second_object_key=_text(payload.second_object_key),
        second_object_label=_text(payload.second_object_label),
        association_type=_text(payload.association_type),
        location_id=_text(payload.location_id),
        first_object_to_second_object_cardinality=_text(
            payload.first_object_to_second_object_cardinality
        ),
        second_object_to_first_object_cardinality=_text(
            payload.second_object_to_first_object_cardinality
        ),
        extra=payload.additional_properties,
    )


def is_requested(found: Association, body: CreateAssociationBody) -> bool:
    """Return whether an association is the one that a body asks for."""
    return (
        found.first_object_key == body.first_object_key
        and found.first_object_label == body.first_object_label
        and found.second_object_key == body.second_object_key
        and found.second_object_label == body.second_object_label
    )


def with_objects(association: Association, first: str, second: str) -> Association:
    """Return an association that joins these objects; AssociationConflictError for any other."""
    joined = (association.first_object_key, association.second_object_key)
    if joined != (first, second):
        raise AssociationConflictError(
            f"the key {association.key} belongs to an association of {joined[0]} and {joined[1]}, "
            f"not of {first} and {second}: choose another key"
        )
    return association


def association_page(answer: object) -> Page[Association]:
    """Read a page of associations; a list without envelope and a single one are pages too."""
    if isinstance(answer, AssociationListPayload):
        items = tuple(association(item) for item in answer.associations)
        return Page(items, _total(answer.total))
    if isinstance(answer, list):
        return Page(tuple(association(item) for item in cast("list[object]", answer)))
    return Page((association(answer),))


def relation(answer: object) -> Relation:
    """Read a relation."""
    if not isinstance(answer, RelationPayload):
        raise ValueError(_instead(answer, "a relation"))
    found = Relation(
        id=_text(answer.id) or "",
        association_id=_text(answer.association_id),
        association_key=_text(answer.association_key),
        first_object_key=_text(answer.first_object_key),
        first_record_id=_text(answer.first_record_id),
        second_object_key=_text(answer.second_object_key),
        second_record_id=_text(answer.second_record_id),
        location_id=_text(answer.location_id),
        primary=_flag(answer.primary),
        extra=answer.additional_properties,
    )
    if not found.id and not (found.first_record_id and found.second_record_id):
        raise ValueError("there is no relation in it")
    return found


def relation_page(answer: object) -> Page[Relation]:
    """Read a page of relations."""
    if not isinstance(answer, RelationListPayload):
        raise ValueError(_instead(answer, "a list of relations"))
    return Page(tuple(relation(item) for item in answer.relations), _total(answer.total))


def filter_by_association(
    relations: tuple[Relation, ...], ids: tuple[str, ...] | None
) -> tuple[Relation, ...]:
    """Keep the relations under these associations: that the server filters is not proven."""
    if ids is None:
        return relations
    return tuple(one for one in relations if one.association_id in (*ids, None))


def deleted(answer: object) -> None:
    """Check that the answer says that a deletion was made."""
    if not isinstance(answer, DeletedPayload) or answer.deleted is not True:
        raise ValueError(_instead(answer, "`deleted: true`"))


def _instead(answer: object, wanted: str) -> str:
    if answer is None:  # what generated code makes of a status that it does not know
        return "the contract has no such status"
    return f"there is no {wanted.removeprefix('an ').removeprefix('a ')} in it"


def _id(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"an id is text, not {value!r:.40}")
    return value


def _text(value: str | Unset | Any) -> str | None:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Unset):
        return None
    raise ValueError(f"text is expected, not {value!r:.40}")


def _flag(value: bool | Unset | Any) -> bool | None:
    if isinstance(value, bool):
        return value
    if value is None or isinstance(value, Unset):
        return None
    raise ValueError(f"true or false is expected, not {value!r:.40}")


def _total(value: int | Unset | Any) -> int | None:
    """Read a total; anything else is None, because paging does not depend on it."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None
