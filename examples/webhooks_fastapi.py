# Run: pip install "highlevel-associations[redis,webhooks]" fastapi uvicorn
#      REDIS_URL=redis://127.0.0.1:6379/0 uvicorn examples.webhooks_fastapi:app --workers 4
# and have HighLevel deliver to https://your.host/webhooks. All workers share the ids of deliveries
# in REDIS_URL; without it a single worker keeps them. PUBLIC_KEY is that of a sandbox's sender.
"""Receive HighLevel's webhooks with FastAPI: each is verified, and each event handled once."""

import os
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool

from facade.redis import RedisReplayStore
from facade.webhooks import PUBLIC_KEY, Event, Guard, RelationCreated, WebhookError, parse, verify

public_key = os.environ.get("PUBLIC_KEY", PUBLIC_KEY)
redis_url = os.environ.get("REDIS_URL")
guard = Guard(RedisReplayStore(redis_url, app="my-app") if redis_url else None)
app = FastAPI()


def handle(event: Event) -> None:
    """Do what this app is for, within a minute; if it fails, HighLevel delivers the event again."""
    if isinstance(event, RelationCreated):
        relation = event.relation
        print(f"{relation.first_record_id} and {relation.second_record_id} are related")


def receive(headers: Mapping[str, str], body: bytes) -> Response:
    """Answer 2xx to what is accepted, and an error to what is forged or must be sent again."""
    try:
        verify(headers, body, public_key=public_key)
        event = parse(body)
        if event is not None:  # HighLevel also sends INSTALL, and whatever the app subscribed to
            with guard.once(event):
                handle(event)
    except WebhookError as error:
        return Response(str(error), status_code=error.status_code)
    return Response(status_code=204)


@app.post("/webhooks")
async def webhooks(request: Request) -> Response:
    """Read the bytes as received; a thread does the rest, because Redis and the handler block."""
    return await run_in_threadpool(receive, request.headers, await request.body())
