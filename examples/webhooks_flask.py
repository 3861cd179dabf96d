# Run: pip install "highlevel-associations[redis,webhooks]" flask gunicorn
#      REDIS_URL=redis://127.0.0.1:6379/0 gunicorn examples.webhooks_flask:app --workers 4
# Configure https://your.host/webhooks as the webhook URL. Workers share the handled deliveries in
# REDIS_URL, which one worker does not need. PUBLIC_KEY is only needed for a sandbox.
"""Receive HighLevel's webhooks with Flask: verify each, and handle each event once."""

import logging
import os

from flask import Flask, Response, request

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
app = Flask(__name__)


def handle(event: Event) -> None:
    """Handle an event within a minute; after an error, HighLevel delivers it again."""
    if isinstance(event, RelationCreated):
        relation = event.relation
        print(f"{relation.first_record_id} and {relation.second_record_id} are related")


@app.post("/webhooks")
def webhooks() -> Response:
    """Respond with 2xx, or with an error to a forged delivery or one that must be repeated."""
    body = request.get_data()  # the bytes as received
    try:
        verify(dict(request.headers), body, public_key=public_key)
        event = parse(body, headers=dict(request.headers))
        if event is not None:  # HighLevel may send other events, such as ContactCreate
            with guard.once(event):
                handle(event)
    except WebhookError as error:
        return Response(str(error), status=error.status_code, mimetype="text/plain")
    except Exception:  # of the handler
        logging.exception("a webhook was not handled")
        return Response("not handled: repeat it later", RETRY_STATUS, mimetype="text/plain")
    return Response(status=204)
