# Run: pip install "highlevel-associations[redis,webhooks]" flask gunicorn
#      REDIS_URL=redis://127.0.0.1:6379/0 gunicorn examples.webhooks_flask:app --workers 4
# and have HighLevel deliver to https://your.host/webhooks. All workers share the ids of deliveries
# in REDIS_URL; without it a single worker keeps them. PUBLIC_KEY is that of a sandbox's sender.
"""Receive HighLevel's webhooks with Flask: each is verified, and each event handled once."""

import os

from flask import Flask, Response, request

from facade.redis import RedisReplayStore
from facade.webhooks import PUBLIC_KEY, Event, Guard, RelationCreated, WebhookError, parse, verify

public_key = os.environ.get("PUBLIC_KEY", PUBLIC_KEY)
redis_url = os.environ.get("REDIS_URL")
guard = Guard(RedisReplayStore(redis_url, app="my-app") if redis_url else None)
app = Flask(__name__)


def handle(event: Event) -> None:
    """Do what this app is for, within a minute; if it fails, HighLevel delivers the event again."""
    if isinstance(event, RelationCreated):
        relation = event.relation
        print(f"{relation.first_record_id} and {relation.second_record_id} are related")


@app.post("/webhooks")
def webhooks() -> Response:
    """Answer 2xx to what is accepted, and an error to what is forged or must be sent again."""
    body = request.get_data()  # the bytes as received
    try:
        verify(dict(request.headers), body, public_key=public_key)
        event = parse(body)
        if event is not None:  # HighLevel also sends INSTALL, and whatever the app subscribed to
            with guard.once(event):
                handle(event)
    except WebhookError as error:
        return Response(str(error), status=error.status_code, mimetype="text/plain")
    return Response(status=204)
