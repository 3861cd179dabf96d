"""A typical app: it must pass mypy --strict and pyright --strict."""

from collections.abc import Iterator
from typing import Unpack

from facade import (
    Association,
    Associations,
    AssociationsClient,
    AssociationsError,
    AsyncAssociationsClient,
    AsyncRelations,
    CallOptions,
    DuplicateRelationError,
    LocalPace,
    NotFoundError,
    Page,
    RateLimitError,
)
from facade.observe import CallEnded, CallEvent, Recorder


def labels(client: AssociationsClient) -> list[str | None]:
    page: Page[Association] = client.associations.list(skip=0, limit=10)
    shown: dict[str, object] = page.to_dict()
    return [association.first_object_label for association in page.items if shown]


def owners(client: AssociationsClient, pet_id: str) -> Iterator[str]:
    for relation in client.relations.iterate(pet_id, page_size=50, timeout=5):
        yield relation.other(pet_id)


def own(client: AssociationsClient, contact_id: str, pet_id: str) -> str:
    association, _ = client.associations.ensure(
        key="owner_pet",
        first_object_key="contact",
        first_object_label="Owner",
        second_object_key="custom_objects.pet",
        second_object_label="Pet",
    )
    pair = {"contact": contact_id, "custom_objects.pet": pet_id}
    relation, created = client.relations.link(association, pair, deadline=20.0)
    return f"{relation.id} is {'new' if created else 'old'}"


async def others(client: AsyncAssociationsClient, record_id: str) -> list[str]:
    return [relation.other(record_id) async for relation in client.relations.iterate(record_id)]


def explain(error: AssociationsError) -> str:
    if isinstance(error, RateLimitError) and error.retry_after is not None:
        return f"wait {error.retry_after:.0f} s"
    if isinstance(error, NotFoundError | DuplicateRelationError):
        return f"{'; '.join(error.messages)} (trace {error.trace_id})"
    return str(error)


def keys(associations: Associations, **options: Unpack[CallOptions]) -> list[str | None]:
    return [each.key for each in associations.iterate(**options)]


async def count(relations: AsyncRelations, record_id: str, **options: Unpack[CallOptions]) -> int:
    return len(await relations.list(record_id, **options))


def show(event: CallEvent) -> None:
    print(event.operation, event.error if isinstance(event, CallEnded) else "")  # noqa: T201


def clients(token: str, location_id: str, recorder: Recorder) -> list[AssociationsClient]:
    paced = AssociationsClient(token, location_id, pace=LocalPace(share=0.25), retries=3)
    watched = AssociationsClient.from_env(version="v3", pace=None, on_event=[show, recorder])
    return [paced.with_options(deadline=600, max_backoff=20.0), watched]
