# Run: pip install "highlevel-associations[redis,webhooks]" fastapi uvicorn
#      REDIS_URL=redis://127.0.0.1:6379/0 uvicorn examples.webhooks_fastapi:app --workers 4
# Configure https://your.host/webhooks as the webhook URL. Workers share the handled deliveries in
# REDIS_URL, which one worker does not need. PUBLIC_KEY is only needed for a sandbox.
"""Receive HighLevel's webhooks with FastAPI: verify each, and handle each event once."""

import logging
import os
from typing import Annotated

from fastapi import Depends, FastAPI, Request, Response

from highlevel_associations import webhooks
from highlevel_associations.redis import RedisReplayStore

public_key = os.environ.get("PUBLIC_KEY", webhooks.PUBLIC_KEY)
redis_url = os.environ.get("REDIS_URL")
guard = webhooks.Guard(RedisReplayStore(redis_url, app="my-app") if redis_url else None)
app = FastAPI()


def handle(event: webhooks.Event) -> None:
    """Handle an event within a minute; after an error, HighLevel delivers it again."""
    if isinstance(event, webhooks.RelationCreated):
        relation = event.relation
        print(f"{relation.first_record_id} and {relation.second_record_id} are related")


async def raw_body(request: Request) -> bytes:
    return await request.body()


@app.post("/webhooks")
def received(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
    """Respond with 2xx, or with an error to a forged delivery or one that must be repeated.

    FastAPI calls it in a thread, because Redis and the handler block.
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
        return Response("not handled: repeat it later", status_code=webhooks.RETRY_STATUS)
    return Response(status_code=204)
