"""Generated payloads to models: the only file that knows both vocabularies.

A body that the contract does not describe raises ValueError; the seam makes it a ContractError
that keeps the body.
"""

from typing import Any, cast

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


def association(answer: object) -> Association:
    """Read an association, flat or in its envelope."""
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


def is_what_was_asked_for(found: Association, body: CreateAssociationBody) -> bool:
    """Tell whether an association is the one that a body asks for."""
    return (
        found.first_object_key == body.first_object_key
        and found.first_object_label == body.first_object_label
        and found.second_object_key == body.second_object_key
        and found.second_object_label == body.second_object_label
    )


def association_page(answer: object) -> Page[Association]:
    """Read a page of associations; a bare list and a single association count as pages."""
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


def check_empty(body: object) -> None:
    """Refuse a body that holds no empty list: generated code takes `{}` and "" for one as well."""
    found = cast("dict[str, object]", body).values() if isinstance(body, dict) else [body]
    if not any(value == [] for value in found):
        raise ValueError("a list is expected")


def deleted(answer: object) -> None:
    """Make sure that a deletion was made."""
    if not isinstance(answer, DeletedPayload) or answer.deleted is not True:
        raise ValueError(_instead(answer, "word that it was deleted"))


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
    """Read a total leniently: paging does not depend on it."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return None
