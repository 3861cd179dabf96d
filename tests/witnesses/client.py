"""The client under a witness: each call returns or raises what the witness says it means."""

import json
import time
from typing import Any

import facade
import facade.oauth
from facade import Association, AssociationsError
from facade._core.client_options import VERSION, is_version
from facade.oauth import Grant, MemoryTokenStore, OAuth
from tests.facade.driving import MODES, Clients
from tests.witnesses.matching import differences
from tests.witnesses.reading import LOCATION, Exchange, Witness, alternatives
from tests.witnesses.scripted import Script

_APP = ("sandbox-app", "sandbox-secret")


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
        client = clients(token, LOCATION, transport=server.transport(), version=version)
        target = getattr(client, noun)
    arguments = dict(meaning.get("with", {}))
    if isinstance(arguments.get("association"), dict):
        arguments["association"] = Association(**arguments["association"])
    found: list[str] = []
    for _ in range(meaning.get("times", 1)):
        try:
            result = getattr(target, name)(**arguments)
            if name == "iterate":
                result = list(result)
        except AssociationsError as error:
            found += _error(meaning, error)
        else:
            found += _result(meaning, result)
    if len(server.requests) > meaning.get("requests", 10):
        found.append(f"{len(server.requests)} requests were sent")
    if "sends" in meaning:
        found += _sent(meaning["sends"], server)
    return found


def _oauth(witness: Witness, server: Script) -> OAuth:
    store = MemoryTokenStore()
    tokens = witness.get("given", {}).get("grant")
    if tokens is not None:
        now = time.time()
        until = 0.0 if tokens["access_token"] == "access-expired" else now + 86_000
        is_agency = tokens["user_type"] == "Company"
        owner = tokens["company_id"] if is_agency else tokens["location_id"]
        grant = Grant(issued_at=0.0, renew_at=until, expires_at=until, **tokens)
        store.save(f"{_APP[0]}:{'company' if is_agency else 'location'}:{owner}", grant)
    return OAuth(
        *_APP, store=store, redirect_uri="https://app.example/", transport=server.transport()
    )


def _error(meaning: dict[str, Any], error: AssociationsError) -> list[str]:
    if "raises" not in meaning:
        return [f"raised {error!r:.300}"]
    name = meaning["raises"]
    kind = getattr(facade, name, None) or getattr(facade.oauth, name)
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


def _sent(shown: dict[str, Any], server: Script) -> list[str]:
    body = json.loads(server.requests[-1].content)
    return [] if shown.items() <= body.items() else [f"sent {body}"]
