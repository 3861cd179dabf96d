# Run: pip install "highlevel-associations[redis,webhooks]" fastapi uvicorn
#      HIGHLEVEL_TOKEN=pit-... HIGHLEVEL_LOCATION_ID=... REDIS_URL=redis://127.0.0.1:6379/0 \
#        uvicorn examples.link_service_fastapi:app --workers 4
#      curl localhost:8000/links --json '{"contact": "CONTACT_ID", "pet": "RECORD_ID"}'
# Configure https://your.host/webhooks as the webhook URL. Workers share the handled deliveries in
# REDIS_URL, which one worker does not need. For a sandbox, set HIGHLEVEL_BASE_URL and the other two
# to the output of python -m facade.testing, and PUBLIC_KEY.
"""Relate a contact and a pet on POST, and receive webhooks of all relations, with FastAPI."""

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Body, Depends, FastAPI, Request, Response

import highlevel_associations as highlevel
from highlevel_associations import webhooks
from highlevel_associations.redis import RedisReplayStore
from highlevel_associations.web import answer

Id = Annotated[str, Body(pattern="^[A-Za-z0-9_-]+$")]
public_key = os.environ.get("PUBLIC_KEY", webhooks.PUBLIC_KEY)
redis_url = os.environ.get("REDIS_URL")
guard = webhooks.Guard(RedisReplayStore(redis_url, app="my-app") if redis_url else None)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Create one client for all requests, with a deadline of 10 s for callers of this service."""
    async with highlevel.AsyncAssociationsClient.from_env(deadline=10) as client:
        app.state.relations = client.relations
        app.state.association, _ = await client.associations.ensure(
            key="owner_pet",
            first_object_key="contact",
            first_object_label="Owner",
            second_object_key="custom_objects.pet",
            second_object_label="Pet",
        )
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/links")
async def link(contact: Id, pet: Id) -> dict[str, Any]:
    """Relate the two records; the request is safe to repeat."""
    records = {"contact": contact, "custom_objects.pet": pet}
    ensured = await app.state.relations.link(app.state.association, records)
    return {"relation_id": ensured.item.id, "created": ensured.created}


@app.exception_handler(highlevel.AssociationsError)
def failed(request: Request, error: highlevel.AssociationsError) -> Response:
    """Log what developers need, and answer what the caller can use."""
    logging.error("%s", error)
    status, text = answer(error)
    return Response(text, status, media_type="text/plain")


def handle(event: webhooks.Event) -> None:
    """Handle an event within a minute; after an error, HighLevel delivers it again."""
    if isinstance(event, webhooks.RelationCreated):
        print(f"{event.relation.first_record_id} has {event.relation.second_record_id}", flush=True)


async def raw_body(request: Request) -> bytes:
    return await request.body()


@app.post("/webhooks", status_code=204)
def received(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
    """Verify, parse and handle a delivery in a thread of FastAPI, because a handler may block.

    Respond with 2xx, or with an error to a forged delivery or one that must be repeated.
    """
    try:
        webhooks.verify(request.headers, body, public_key=public_key)
        event = webhooks.parse(body, headers=request.headers)
        if event is not None:  # HighLevel may send other events, such as ContactCreate
            with guard.once(event):
                handle(event)
    except webhooks.WebhookError as error:
        return Response(str(error), status_code=error.status_code)
    except Exception:  # of the handler
        logging.exception("a webhook was not handled")
        return Response(status_code=webhooks.RETRY_STATUS)
    return Response(status_code=204)
