"""The client under a witness: each call returns or raises what the witness says it means."""

import json
import time
from typing import Any

import httpx

import facade
import facade.oauth
from facade import Association, AssociationsError
from facade._core.client_options import VERSION, is_version
from facade.oauth import Grant, MemoryTokenStore, OAuth
from tests.facade.driving import MODES, Clients
from tests.witnesses.reading import LOCATION, Exchange, Witness, alternatives, differences

_APP = ("sandbox-app", "sandbox-secret")


class Script:
    """Answers each request with the next exchange of its method and path, the last one for ever."""

    def __init__(self, exchanges: list[Exchange]) -> None:
        self.requests: list[httpx.Request] = []
        self.transport = httpx.MockTransport(self._handle)
        self._left = list(exchanges)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        asked = f"{request.method} {request.url.path}"
        found = [each for each in self._left if each["request"].partition("?")[0] == asked]
        assert found, f"the witness shows no answer to {request.method} {request.url}"
        if len(found) > 1:
            self._left.remove(found[0])
        return _response(found[0])


def _response(exchange: Exchange) -> httpx.Response:
    status, headers = exchange["status"], exchange.get("headers", {})
    if "body" not in exchange:
        text = exchange.get("text", "")
        kind = {"Content-Type": "text/html"} if text.startswith("<") else {}
        return httpx.Response(status, headers={**kind, **headers}, content=text.encode())
    body, count = exchange["body"], exchange.get("count", 1)
    if count > 1:  # of items, of which the witness shows one
        (name,) = (name for name, value in body.items() if isinstance(value, list))
        ids = [{"id": f"{n}", "secondRecordId": f"contactMany{n}"} for n in range(1, count + 1)]
        body = {**body, name: [body[name][0] | each for each in ids]}
    return httpx.Response(status, headers=headers, json=body)


def hold_the_client(witness: Witness) -> str:
    """Make each call in both modes, under each status; return what was done, in a few words."""
    for mode in MODES:
        clients = Clients(mode)
        try:
            for exchanges in alternatives(witness):
                for meaning in witness["means"]:
                    found = _call(clients, witness, exchanges, meaning)
                    assert found == [], f"{mode} {meaning['call']}: {found}"
        finally:
            clients.close()
    return " and ".join(MODES)


def _call(
    clients: Clients, witness: Witness, exchanges: list[Exchange], meaning: dict[str, Any]
) -> list[str]:
    server = Script(exchanges[meaning.get("after", 0) :])
    oauth = _oauth(witness, server)
    noun, _, name = meaning["call"].partition(".")
    target: Any = oauth
    if noun != "oauth":
        given = witness.get("given", {})
        token: Any = oauth if "grant" in given else given.get("token", {}).get("token", "pit-w")
        versions = [each["version"] for each in exchanges if is_version(each.get("version", ""))]
        version = next(iter(versions), VERSION)
        client = clients(token, LOCATION, transport=server.transport, version=version)
        target = getattr(client, noun)
    arguments = dict(meaning.get("with", {}))
    if isinstance(arguments.get("association"), dict):
        arguments["association"] = Association(**arguments["association"])
    found: list[str] = []
    for _ in range(meaning.get("times", 1)):
        try:
            result = getattr(target, name)(**arguments)
            found += _result(meaning, list(result) if name == "iterate" else result)
        except AssociationsError as error:
            found += _error(meaning, error)
    if len(server.requests) > meaning.get("requests", 10):
        found.append(f"{len(server.requests)} requests were sent")
    if "sends" in meaning:
        body = json.loads(server.requests[-1].content)
        found += [] if meaning["sends"].items() <= body.items() else [f"sent {body}"]
    return found


def _oauth(witness: Witness, server: Script) -> OAuth:
    store = MemoryTokenStore()
    tokens = witness.get("given", {}).get("grant")
    if tokens is not None:
        until = 0.0 if tokens["access_token"] == "access-expired" else time.time() + 86_000
        kind = "company" if tokens["user_type"] == "Company" else "location"
        grant = Grant(issued_at=0.0, renew_at=until, expires_at=until, **tokens)
        store.save(f"{_APP[0]}:{kind}:{tokens[f'{kind}_id']}", grant)
    address = "https://app.example/"
    return OAuth(*_APP, store=store, redirect_uri=address, transport=server.transport)


def _error(meaning: dict[str, Any], error: AssociationsError) -> list[str]:
    name = meaning.get("raises", "nothing")
    kind = getattr(facade, name, None) or getattr(facade.oauth, name, None)
    if type(error) is not kind and name != "ServerError":
        return [f"raised {error!r:.300}, not {name}"]
    said = meaning.get("says", "")
    return [] if said in str(error) else [f"the error does not say {said}: {error}"]


def _result(meaning: dict[str, Any], result: Any) -> list[str]:
    if "raises" in meaning:
        return [f"returned {result!r:.200}, not {meaning['raises']}"]
    if "count" in meaning and len(result) != meaning["count"]:
        return [f"returned {len(result)} items"]
    return differences(meaning["returns"], result) if "returns" in meaning else []
