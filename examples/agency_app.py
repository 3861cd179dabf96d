# Run: pip install "highlevel-associations[webhooks]" fastapi uvicorn
#      CLIENT_ID=... CLIENT_SECRET=... TOKENS=tokens.sqlite uvicorn examples.agency_app:app
# Users start at https://your.host/install. In the settings of the app, configure
# https://your.host/installed as the redirect URL, and https://your.host/webhooks for webhooks.
"""An agency's app: install it, call the API for each of its locations, and forget uninstalled ones.

The agency's tokens are stored at the callback, those of its locations there and at INSTALL.
"""

import logging
import os
from typing import Annotated, Any

from fastapi import Cookie, Depends, FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from highlevel_associations import AssociationsClient, AssociationsError, webhooks
from highlevel_associations.oauth import SCOPES, OAuth, SqliteTokenStore
from highlevel_associations.web import answer

host, tokens = os.environ.get("HOST_URL", "https://your.host"), os.environ.get("TOKENS")
app_id, secret = os.environ.get("CLIENT_ID", "my-app"), os.environ.get("CLIENT_SECRET", "secret")
store = SqliteTokenStore(tokens) if tokens else None
oauth = OAuth(app_id, secret, store=store, redirect_uri=f"{host}/installed")
guard = webhooks.Guard()
public_key = webhooks.PUBLIC_KEY  # tests replace it and the next one with those of the sandbox
transport: Any = None
app = FastAPI()


@app.get("/install")
def install() -> Response:
    """Redirect to HighLevel; the state is stored in a cookie of this browser."""
    url, state = oauth.authorization_url([*SCOPES, "oauth.readonly", "oauth.write"])
    response = RedirectResponse(url)
    response.set_cookie("state", state, max_age=3600, secure=True, httponly=True, samesite="lax")
    return response


@app.get("/installed")
def installed(
    code: str = "",
    error: str = "",
    state: str = "",
    expected: Annotated[str, Cookie(alias="state")] = "",
) -> Response:
    """Store the tokens of an agency, or of a location, and call the API for each location."""
    if error or not code:  # the user denied
        return Response("The app is not installed.", 403, media_type="text/plain")
    grant = oauth.exchange(code, state=state, expected_state=expected)
    locations = [grant.location_id] if grant.location_id else connect(grant.company_id)
    found = "\n".join(f"{each}: {first_call(each)} associations" for each in locations)
    return Response(found, media_type="text/plain")


@app.exception_handler(AssociationsError)
def failed(request: Request, error: AssociationsError) -> Response:
    """Log what developers need, and answer what the user can use."""
    logging.error("%s", error)
    status, text = answer(error)
    again = " Start at /install." if status == 403 else ""
    return Response(text + again, status, media_type="text/plain")


def connect(company_id: str) -> list[str]:
    """Store tokens for each location of an agency that installed the app."""
    locations = [one.id for one in oauth.installed_locations(company_id)]
    for location_id in locations:
        oauth.add_location(location_id, company_id=company_id)
    return locations


def first_call(location_id: str) -> int:
    with AssociationsClient(oauth, location_id, transport=transport) as client:
        return len(list(client.associations.iterate()))


def handle(event: webhooks.Event) -> None:
    """Follow installations and uninstallations; after an error, HighLevel delivers it again."""
    if isinstance(event, webhooks.AppUninstalled) and event.location_id:
        oauth.forget(location_id=event.location_id, before=event.occurred_at)
    elif isinstance(event, webhooks.AppUninstalled):
        oauth.forget(company_id=event.company_id, before=event.occurred_at)
    elif isinstance(event, webhooks.AppInstalled) and event.location_id and event.company_id:
        grants = oauth.installations()
        is_of_agency = any(
            one.company_id == event.company_id and not one.location_id for one in grants
        )
        # A location that installed the app by itself has a refresh token.
        is_by_itself = any(
            one.location_id == event.location_id and one.refresh_token for one in grants
        )
        if is_of_agency and not is_by_itself:  # else the callback stores the tokens
            oauth.add_location(event.location_id, company_id=event.company_id)


async def raw_body(request: Request) -> bytes:
    return await request.body()


@app.post("/webhooks")
def received(request: Request, body: Annotated[bytes, Depends(raw_body)]) -> Response:
    """Verify, parse and handle a delivery."""
    try:
        webhooks.verify(request.headers, body, public_key=public_key)
        if (event := webhooks.parse(body, headers=request.headers)) is not None:
            with guard.once(event):
                handle(event)
    except webhooks.WebhookError as error:
        return Response(str(error), status_code=error.status_code)
    except Exception:  # of the handler
        logging.exception("a webhook was not handled")
        return Response(status_code=webhooks.RETRY_STATUS)
    return Response(status_code=204)
