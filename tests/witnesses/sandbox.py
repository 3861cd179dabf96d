"""The sandbox under a witness: it gives the recorded answers, made to do so as the witness says."""

import json
import re
from typing import Any

import httpx

from facade._core.client_options import VERSION
from facade.testing import Fault, Sandbox, faults
from tests.facade.driving import Clock
from tests.witnesses.reading import LOCATION, Exchange, Witness, alternatives, differences, statuses


def hold_the_sandbox(witness: Witness) -> str:
    """Ask for each answer; return how the sandbox was made to give it."""
    made = witness.get("sandbox", {})
    for exchanges in alternatives(witness):
        if not exchanges:
            continue
        clock = Clock()
        sandbox = _sandbox(made, exchanges[0], clock)
        bearer, code = _state(sandbox, witness.get("given", {}))
        if "fault" in made:
            sandbox.misbehave(_fault(made["fault"], exchanges[0]), times=made.get("times"))
        with (
            sandbox.webhooks(lambda headers, body: None) as sender,
            httpx.Client(
                transport=sandbox.transport(), base_url="https://services.example"
            ) as http,
        ):
            for _ in range(made.get("spent", 0)):
                _send(http, exchanges[0], bearer, code)
            new_ids: dict[str, str] = {}
            for shown, each in zip(witness["exchanges"], exchanges, strict=True):
                clock.now += each.get("wait", 0)
                text = json.dumps(each)
                for old, new in new_ids.items():
                    text = text.replace(old, new)
                each = json.loads(text)  # noqa: PLW2901
                came = _send(http, each, bearer, code)
                new_ids |= _new_ids(each, came)
                # Any of several statuses will do, unless the witness says how to get each.
                wanted = [each["status"]] if made else statuses(shown)
                found = _compare(each, wanted, came)
                assert found == [], f"{each['request']}: {found}"
            sender.wait()
        if "deliveries" in witness:
            assert len(sender.deliveries) == len(witness["deliveries"])
    how = ", ".join(f"{name} {value}" for name, value in made.items() if name != "because")
    return f"with {how}" if how else "by default"


def _sandbox(made: dict[str, Any], first: Exchange, clock: Clock) -> Sandbox:
    options: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in made.get("options", {}).items()
    }
    if "answer" in made:
        body = first.get("body", first.get("text"))
        options["answers"] = {made["answer"]: (first["status"], body)}
    sandbox = Sandbox(location_id=LOCATION, clock=clock, **options)
    for name, value in made.get("oauth", {}).items():
        setattr(sandbox.oauth, name, value)
    return sandbox


def _fault(name: str, exchange: Exchange) -> Fault:
    if name == "false_422":
        return faults.false_422()
    if name == "add_headers":
        return faults.add_headers(exchange["headers"])
    if "text" in exchange:
        return faults.fail(exchange["status"], body="text", message=exchange["text"])
    return faults.fail(exchange["status"], message=exchange.get("body", {}).get("message"))


def _state(sandbox: Sandbox, given: dict[str, Any]) -> tuple[str, str]:
    """Put what is given into the sandbox; return the token and the code of the requests."""
    for each in given.get("associations", ()):
        named = {"associationId" if name == "id" else name: each[name] for name in each}
        fields: dict[str, Any] = {
            re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name): value
            for name, value in named.items()
        }
        sandbox.seed_association(**{"second_object_label": None, **fields})
    for each in given.get("limits", ()):
        sandbox.limit_relations(each["associationId"], **{each["side"]: each["limit"]})
    for each in given.get("relations", ()):
        second, numbers = each["secondRecordId"], range(1, each.get("count", 0) + 1)
        for record in [f"{second}{number}" for number in numbers] or [second]:
            ids = each["associationId"], each["firstRecordId"], record
            sandbox.seed_relation(*ids, relation_id=each.get("id"))
    for record, object_key in given.get("records", {}).items():
        sandbox.declare_record(record, object_key)
    code = sandbox.oauth.install(**given["installed"]) if "installed" in given else ""
    if "token" in given:
        return _token(sandbox, **given["token"]), code
    if "grant" in given and code:
        app = {"client_id": "sandbox-app", "client_secret": "sandbox-secret"}
        form = {**app, "grant_type": "authorization_code", "code": code}
        with httpx.Client(transport=sandbox.transport()) as http:
            answer = http.post("https://services.example/oauth/token", data=form)
            return str(answer.json()["access_token"]), code
    return sandbox.token, code


def _token(
    sandbox: Sandbox,
    token: str,
    locations: list[str] | None = None,
    revoked: bool = False,
    **options: Any,
) -> str:
    for location in locations or ():
        sandbox.add_location(location)
    if locations or revoked or options:
        sandbox.add_token(token, locations=locations, **options)
    if revoked:
        sandbox.revoke_token(token)
    return token


def _send(http: httpx.Client, exchange: Exchange, bearer: str, code: str) -> httpx.Response:
    method, _, target = exchange["request"].partition(" ")
    headers = {"Authorization": f"Bearer {bearer}", "Version": exchange.get("version", VERSION)}
    sent: dict[str, Any] = {"headers": {name: value for name, value in headers.items() if value}}
    for kind, option in (("json", "json"), ("form", "data")):
        if body := exchange.get(kind):
            installed = {"code": code} if "installed" in body.values() else {}
            sent[option] = body | installed
    return http.request(method, target, **sent)


def _new_ids(exchange: Exchange, came: httpx.Response) -> dict[str, str]:
    """Return the id that the sandbox chose for what the witness shows as created."""
    shown = exchange.get("body")
    if came.status_code != 201 or not isinstance(shown, dict) or "id" not in shown:
        return {}
    return {shown["id"]: came.json().get("id", shown["id"])}


def _compare(exchange: Exchange, wanted: list[int], came: httpx.Response) -> list[str]:
    if came.status_code not in wanted:
        return [f"answered {came.status_code} {came.text:.200}"]
    shown = {name: exchange[name] for name in ("headers", "text", "body") if name in exchange}
    is_json = "body" in shown
    found: dict[str, Any] = {
        "headers": came.headers,
        "text": came.text,
        "body": came.json() if is_json else None,
    }
    if "count" in exchange:  # of items, of which the witness shows one
        (name,) = (name for name, value in shown["body"].items() if isinstance(value, list))
        items = found["body"][name]
        if len(items) != exchange["count"]:
            return [f"there are {len(items)} {name}"]
        shown["body"] = {**shown["body"], name: items}
    return differences(shown, found)
