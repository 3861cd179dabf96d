"""A typical app: it must pass mypy --strict and pyright --strict."""

import logging
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
    return [association.first_object_label for association in page.items]


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


class Keys:
    """A wrapper that takes a resource and forwards call options."""

    def __init__(self, associations: Associations) -> None:
        self._associations = associations

    def all(self, **options: Unpack[CallOptions]) -> list[str | None]:
        return [each.key for each in self._associations.iterate(**options)]


async def count(relations: AsyncRelations, record_id: str, **options: Unpack[CallOptions]) -> int:
    return len(await relations.list(record_id, **options))


def worker(token: str, location_id: str) -> AssociationsClient:
    return AssociationsClient(token, location_id, pace=LocalPace(share=0.25), retries=3)


def show(event: CallEvent) -> None:
    if isinstance(event, CallEnded):
        logging.info("%s: %s", event.operation, event.error)


def from_environment(recorder: Recorder) -> AssociationsClient:
    return AssociationsClient.from_env(
        version="v3", retries=2, pace=None, on_event=[show, recorder]
    )


def patient(client: AssociationsClient) -> AssociationsClient:
    return client.with_options(deadline=600, max_backoff=20.0)


def shown(page: Page[Association]) -> dict[str, object]:
    return page.to_dict()
