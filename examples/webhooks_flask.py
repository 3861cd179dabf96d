# Run: pip install "highlevel-associations[redis,webhooks]" flask gunicorn
#      REDIS_URL=redis://127.0.0.1:6379/0 gunicorn examples.webhooks_flask:app --workers 4
# Configure https://your.host/webhooks as the webhook URL. Workers share the handled deliveries in
# REDIS_URL, which one worker does not need. PUBLIC_KEY is only needed for a sandbox.
"""Receive HighLevel's webhooks with Flask: verify each, and handle each event once."""

import logging
import os

from flask import Flask, Response, request

from highlevel_associations import webhooks
from highlevel_associations.redis import RedisReplayStore

public_key = os.environ.get("PUBLIC_KEY", webhooks.PUBLIC_KEY)
redis_url = os.environ.get("REDIS_URL")
guard = webhooks.Guard(RedisReplayStore(redis_url, app="my-app") if redis_url else None)
app = Flask(__name__)


def handle(event: webhooks.Event) -> None:
    """Handle an event within a minute; after an error, HighLevel delivers it again."""
    if isinstance(event, webhooks.RelationCreated):
        print(f"{event.relation.first_record_id} has {event.relation.second_record_id}")


@app.post("/webhooks")
def received() -> Response:
    """Respond with 2xx, or with an error to a forged delivery or one that must be repeated."""
    body = request.get_data()  # the bytes as received
    try:
        webhooks.verify(dict(request.headers), body, public_key=public_key)
        event = webhooks.parse(body, headers=dict(request.headers))
        if event is not None:  # HighLevel may send other events, such as ContactCreate
            with guard.once(event):
                handle(event)
    except webhooks.WebhookError as error:
        return Response(str(error), status=error.status_code, mimetype="text/plain")
    except Exception:  # of the handler
        logging.exception("a webhook was not handled")
        status = webhooks.RETRY_STATUS
        return Response("not handled: repeat it later", status, mimetype="text/plain")
    return Response(status=204)
