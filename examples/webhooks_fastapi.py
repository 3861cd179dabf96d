# Run: pip install "highlevel-associations[redis,webhooks]" fastapi uvicorn
#      REDIS_URL=redis://127.0.0.1:6379/0 uvicorn examples.webhooks_fastapi:app --workers 4
# Configure https://your.host/webhooks as the webhook URL. Workers share the handled deliveries in
# REDIS_URL, which one worker does not need. PUBLIC_KEY is only needed for a sandbox.
"""Receive HighLevel's webhooks with FastAPI: verify each, and handle each event once."""

import logging
import os
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from highlevel_associations.redis import RedisReplayStore
from highlevel_associations.webhooks import (
    PUBLIC_KEY,
    RETRY_STATUS,
    Event,
    Guard,
    RelationCreated,
    WebhookError,
    parse,
    verify,
)

public_key = os.environ.get("PUBLIC_KEY", PUBLIC_KEY)
redis_url = os.environ.get("REDIS_URL")
guard = Guard(RedisReplayStore(redis_url, app="my-app") if redis_url else None)
app = FastAPI()


def handle(event: Event) -> None:
    """Handle an event within a minute; after an error, HighLevel delivers it again."""
    if isinstance(event, RelationCreated):
        relation = event.relation
        print(f"{relation.first_record_id} and {relation.second_record_id} are related")


def receive(headers: Mapping[str, str], body: bytes) -> Response:
    """Respond with 2xx, or with an error to a forged delivery or one that must be repeated."""
    try:
        verify(headers, body, public_key=public_key)
        event = parse(body, headers=headers)
        if event is not None:  # HighLevel may send other events, such as ContactCreate
            with guard.once(event):
                handle(event)
    except WebhookError as error:
        return Response(str(error), status_code=error.status_code)
    except Exception:  # of the handler
        logging.exception("a webhook was not handled")
        return Response("not handled: repeat it later", status_code=RETRY_STATUS)
    return Response(status_code=204)


@app.post("/webhooks")
async def webhooks(request: Request) -> Response:
    """Read the body; handle it in a thread, because Redis and the handler block."""
    return await run_in_threadpool(receive, request.headers, await request.body())
