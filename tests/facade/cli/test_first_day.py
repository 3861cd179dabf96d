"""The mistakes of a first day: each is told with its cause and its fix."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from facade import AssociationsClient, AssociationsError
from facade.testing import Sandbox
from tests.facade.bulk.runs import seed_owner_pet
from tests.facade.cli.conftest import Command


class World:
    """A sandbox with an association of contacts and pets, and a client for each mistake."""

    def __init__(self, sandbox: Sandbox, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sandbox = sandbox
        self.command = command
        self.setenv = monkeypatch.setenv
        self.clients = ExitStack()
        self.id = seed_owner_pet(sandbox).id
        sandbox.declare_record("c1", "contact")
        sandbox.declare_record("p1", "custom_objects.pet")

    def client(self, token: str = "", **options: Any) -> AssociationsClient:
        given = {"transport": self.sandbox.transport(), "retries": 0, "pace": None, **options}
        location_id = given.pop("location_id", self.sandbox.location_id)
        client = AssociationsClient(token or self.sandbox.token, location_id, **given)
        return self.clients.enter_context(client)

    def list(self, *token: str, **options: Any) -> object:
        return self.client(*token, **options).associations.list()

    def narrow(self, **access: Any) -> AssociationsClient:
        self.sandbox.add_token("pit-narrow", **access)
        return self.client("pit-narrow")

    def relate(self, first: str, second: str) -> object:
        relations = self.client().relations
        return relations.create(self.id, first_record_id=first, second_record_id=second)

    def create(self, key: str = "other", second: str = "B") -> object:
        return self.client().associations.create(
            key=key,
            first_object_key="contact",
            first_object_label="A",
            second_object_key="contact",
            second_object_label=second,
        )

    def link(self, records: dict[str, str]) -> object:
        client = self.client()
        return client.relations.link(client.associations.get(self.id), records)

    def refused(self, status: int, message: str = "no", **headers: str) -> object:
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        response = httpx.Response(status, json={"message": message}, headers=given)
        return self.list(transport=httpx.MockTransport(lambda request: response))

    def from_env(self, **variables: str) -> object:
        for name in ("TOKEN", "LOCATION_ID"):
            self.setenv(f"HIGHLEVEL_{name}", variables.get(name, "x"))
        return AssociationsClient.from_env()

    def run(self, *words: str) -> None:
        raise RuntimeError(self.command(*words)[2])


def jwt(claims: str) -> str:
    return f"eyJh.{urlsafe_b64encode(claims.encode()).decode().rstrip('=')}.x"


CSV = ["link", "pets.csv", "--association", "owner_pet"]
COLUMNS = ["--column", "contact=Kunde", "--column", "custom_objects.pet=Tier"]
UNSET = "is a variable unset?"
# By mistake: what is done, and the words of the cause and of the fix.
MISTAKES: dict[str, tuple[Callable[[World], object], str, str]] = {
    "no token": (lambda w: AssociationsClient(None, "l"), "NoneType", UNSET),  # type: ignore[arg-type]
    "an empty token": (lambda w: AssociationsClient("", "l"), "token is empty", UNSET),
    "a token in quotes": (lambda w: w.client('"pit-x"'), "quotation marks", "without them"),
    "Bearer": (lambda w: w.client("Bearer pit-x"), "begins with Bearer", "only what comes"),
    "a line end": (lambda w: w.client("pit-x\n"), "without spaces or line ends", "copy it"),
    "half a token": (
        lambda w: w.list("pit-x"),
        "Invalid Private Integration token",
        "copy the complete token",
    ),
    "another secret": (
        lambda w: w.list("secret"),
        "returned 401",
        "starts with pit-",
    ),
    "a v1 key": (
        lambda w: w.list(jwt('{"location_id": "l"}')),
        "API key of v1 is not accepted",
        "create a Private Integration",
    ),
    "an old token": (
        lambda w: w.list(jwt('{"exp": 1}')),
        "returned 401",
        "refresh it",
    ),
    "a token of an agency": (
        lambda w: w.narrow(user_type="Company").associations.list(),
        "returned 401",
        "create a Private Integration in the sub-account; with OAuth, use OAuth.add_location",
    ),
    "no scope to read": (
        lambda w: w.narrow(scopes=[]).associations.list(),
        "not authorized for this scope",
        "add associations.readonly to the Private Integration",
    ),
    "no scope to write": (
        lambda w: w.narrow(scopes=["associations.readonly"]).relations.delete("r"),
        "not authorized for this scope",
        "add associations/relation.write to",
    ),
    "no scope, said as a property": (
        lambda w: w.refused(422, "property x should not exist"),
        "property x should not exist",
        "check that the token has associations.readonly",
    ),
    "no variable for the token": (
        lambda w: w.from_env(TOKEN=""),
        "HIGHLEVEL_TOKEN is not set",
        "set it, or pass token",
    ),
    "no variable for the location": (
        lambda w: w.from_env(LOCATION_ID=""),
        "HIGHLEVEL_LOCATION_ID is not set",
        "set it, or pass location_id",
    ),
    "quotes in the token's variable": (
        lambda w: w.from_env(TOKEN="'pit-x'"),
        "HIGHLEVEL_TOKEN: the token is in quotation marks",
        "without them",
    ),
    "quotes in the location's variable": (
        lambda w: w.from_env(LOCATION_ID='"l"'),
        "HIGHLEVEL_LOCATION_ID: location_id is in quotation marks",
        "without them",
    ),
    "token and location in the wrong order": (
        lambda w: w.client("l", location_id="pit-x"),
        "location_id is a token",
        "pass the token first",
    ),
    "another location": (
        lambda w: w.list(location_id="elsewhere"),
        "returned 403",
        "check location_id (HIGHLEVEL_LOCATION_ID)",
    ),
    "an address without https": (
        lambda w: w.client(base_url="localhost"),
        "base_url is not an http(s) address",
        "such as https://",
    ),
    "a Version that is not": (
        lambda w: w.list(version="2020-01-01"),
        "version header",
        "pass one of",
    ),
    "a key where an id belongs": (
        lambda w: w.client().associations.get("owner_pet"),
        "not found",
        "for a key, use get_by_key",
    ),
    "an id where a key belongs": (
        lambda w: w.client().associations.get_by_key("0" * 24),
        "not found",
        "for an id, use associations.get",
    ),
    "an association twice": (
        lambda w: w.create("owner_pet"),
        "uplicate",
        "use associations.ensure, which returns it",
    ),
    "a relation twice": (
        lambda w: (w.relate("c1", "p1"), w.relate("c1", "p1")),
        "duplicate relation",
        "use relations.ensure, which returns the relation",
    ),
    "equal labels": (lambda w: w.create(second="A"), "same", "choose different labels"),
    "the sides swapped": (
        lambda w: w.relate("p1", "c1"),
        "Invalid record id",
        "they may be swapped: relations.link takes them by object key",
    ),
    "the same record twice": (
        lambda w: w.link({"contact": "c1", "custom_objects.pet": "c1"}),
        "Invalid record id : 'c1'",
        "check both ids and the objects of their records",
    ),
    "an object key in the plural": (
        lambda w: w.link({"contacts": "c1", "custom_objects.pet": "p1"}),
        "not contacts",
        "joins contact and custom_objects.pet",
    ),
    "max_retries": (lambda w: w.client(max_retries=3), "no argument 'max_retries'", "is retries"),
    "limit": (
        lambda w: next(iter(w.client().associations.iterate(limit=5))),  # type: ignore[call-arg]
        "'limit' is not an option",
        "it is page_size",
    ),
    "the limit of an app": (
        lambda w: w.refused(429, retry_after="7"),
        "returned 429",
        "wait 7 seconds; programs with the same app and location share the limit: LocalPace(share",
    ),
    "the limit of a developer": (
        lambda w: w.refused(429, x_ratelimit_max="25"),
        "returned 429",
        "LocalPace(calls=25, share=)",
    ),
    "the limit of a day": (
        lambda w: w.refused(429, x_ratelimit_daily_remaining="0"),
        "returned 429",
        "continue tomorrow",
    ),
    "other columns": (
        lambda w: w.run(*CSV),
        "has no column 'contact'; it has Nr, Kunde, Tier",
        "name yours with --column",
    ),
    "another encoding": (
        lambda w: w.run(*CSV, *COLUMNS),
        "line 2, is not UTF-8",
        "--encoding cp1252",
    ),
    "no association yet": (
        lambda w: w.run("link", "pets.csv", "--association", "owner_pets"),
        "there is no association 'owner_pets'",
        "did you mean owner_pet? ensure-association creates one",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_of_the_first_day_is_told_with_its_cause_and_its_fix(
    sandbox: Sandbox,
    command: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    mistake: str,
) -> None:
    assert len(MISTAKES) == 37
    (folder / "pets.csv").write_bytes("Nr;Kunde;Tier\n1;Jürgen;p1\n".encode("cp1252"))
    do, cause, fix = MISTAKES[mistake]
    world = World(sandbox, command, monkeypatch)
    with (
        world.clients,
        pytest.raises((AssociationsError, RuntimeError, TypeError, ValueError)) as raised,
    ):
        do(world)
    assert cause in str(raised.value)
    assert fix in str(raised.value)
