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
from tests.facade.cli.conftest import KEY, Command


class World:
    """A sandbox with an association of contacts and pets, and a client for each mistake."""

    def __init__(self, sandbox: Sandbox, command: Command, patch: pytest.MonkeyPatch) -> None:
        self.sandbox, self.command, self.patch = sandbox, command, patch
        self.clients = ExitStack()
        self.id = seed_owner_pet(sandbox).id
        sandbox.declare_record("c1", "contact")
        sandbox.declare_record("p1", "custom_objects.pet")

    def client(self, token: str = "", **options: Any) -> AssociationsClient:
        given = {"transport": self.sandbox.transport(), "retries": 0, "pace": None, **options}
        location_id = given.pop("location_id", self.sandbox.location_id)
        client = AssociationsClient(
            self.sandbox.token if token == "" else token, location_id, **given
        )
        return self.clients.enter_context(client)

    def list(self, *token: str, **options: Any) -> object:
        return self.client(*token, **options).associations.list()

    def narrow(self, **access: Any) -> AssociationsClient:
        self.sandbox.add_token("pit-narrow", **access)
        return self.client("pit-narrow")

    def relate(self, first: str, second: str) -> object:
        relations = self.client().relations
        return relations.create(self.id, first_record_id=first, second_record_id=second)

    def create(self, key: str = "other", label: str = "B") -> object:
        sides: Any = {f"{side}_object_key": "contact" for side in ("first", "second")}
        labels: Any = {"first_object_label": "A", "second_object_label": label}
        return self.client().associations.create(key=key, **sides, **labels)

    def link(self, **records: str) -> object:
        client = self.client()
        named = {name.replace("pet", "custom_objects.pet"): one for name, one in records.items()}
        return client.relations.link(client.associations.get(self.id), named)

    def told(self, status: int, message: str = "no", **headers: str) -> object:
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        response = httpx.Response(status, json={"message": message}, headers=given)
        return self.list(transport=httpx.MockTransport(lambda request: response))

    def env(self, **given: str) -> object:
        self.patch.setenv("HIGHLEVEL_TOKEN", given.get("token", "pit-x"))
        self.patch.setenv("HIGHLEVEL_LOCATION_ID", given.get("location", "x"))
        return AssociationsClient.from_env()

    def run(self, *words: str) -> None:
        raise RuntimeError(self.command("link", "pets.csv", *words)[2])


def jwt(claims: str) -> str:
    return f"eyJh.{urlsafe_b64encode(claims.encode()).decode().rstrip('=')}.x"


COLUMNS = ["--column", "contact=Kunde", "--column", "custom_objects.pet=Tier"]
# What is done, and the words of the cause and of the fix, between which `...` is any text.
MISTAKES: list[tuple[Callable[[World], object], str]] = [
    (lambda w: w.client(None), "a token must be text...NoneType: is a variable unset?"),  # type: ignore[arg-type]
    (
        lambda w: w.env(token=" "),
        "HIGHLEVEL_TOKEN: the token must be visible...: copy it once more",
    ),
    (lambda w: w.client('"pit-x"'), "the token is in quotation marks: pass it without them"),
    (lambda w: w.client("Bearer pit-x"), "begins with Bearer: pass only what comes after it"),
    (lambda w: w.client("pit-x\n"), "without spaces or line ends: copy it once more"),
    (lambda w: w.list("pit-x"), "Invalid Private Integration token - copy the complete token"),
    (lambda w: w.list("secret"), "returned 401...a Private Integration's starts with pit-"),
    (lambda w: w.list(jwt('{"location_id": "l"}')), "API key of v1...create a Private Integration"),
    (lambda w: w.list(jwt('{"exp": 1}')), "returned 401...refresh it, or install the app again"),
    (
        lambda w: w.narrow(user_type="Company").associations.list(),
        "returned 401...create a Private Integration in the sub-account; with OAuth, use OAuth.add",
    ),
    (
        lambda w: w.narrow(scopes=[]).associations.list(),
        "not authorized for this scope...add associations.readonly to the Private Integration",
    ),
    (
        lambda w: w.narrow(scopes=["associations.readonly"]).relations.delete("r"),
        "not authorized for this scope...add associations/relation.write to",
    ),
    (
        lambda w: w.told(422, "property x should not exist"),
        "property x should not exist - check that the token has associations.readonly",
    ),
    (lambda w: w.env(token=""), "HIGHLEVEL_TOKEN is not set: set it, or pass token"),
    (lambda w: w.env(location=""), "HIGHLEVEL_LOCATION_ID is not set: set it, or pass location_id"),
    (lambda w: w.env(token="'pit-x'"), "HIGHLEVEL_TOKEN: the token is in quotation marks: pass"),
    (lambda w: w.env(location='"l"'), "HIGHLEVEL_LOCATION_ID: location_id is in quotation marks"),
    (lambda w: w.client("l", location_id="pit-x"), "location_id is a token: pass the token first"),
    (lambda w: w.list(location_id="elsewhere"), "returned 403...check location_id (HIGHLEVEL_LOC"),
    (lambda w: w.client(base_url="localhost"), "is not an http(s) address, such as https://"),
    (lambda w: w.list(version="2020-01-01"), "version header is invalid...pass one of 2021-07-28"),
    (
        lambda w: w.client().associations.get("owner_pet"),
        "not found...for a key, use get_by_key",
    ),
    (
        lambda w: w.client().associations.get_by_key("0" * 24),
        "not found...for an id, use associations.get",
    ),
    (lambda w: w.create("owner_pet"), "uplicate...use associations.ensure, which returns it"),
    (
        lambda w: (w.relate("c1", "p1"), w.relate("c1", "p1")),
        "duplicate relation...use relations.ensure, which returns the relation",
    ),
    (lambda w: w.create(label="A"), "same...choose different labels"),
    (lambda w: w.relate("p1", "c1"), "Invalid record id...swapped: relations.link takes them by"),
    (lambda w: w.link(contact="c1", pet="c1"), "Invalid record id : 'c1'...check both ids"),
    (lambda w: w.link(contacts="c1", pet="p1"), "joins contact and custom_objects.pet, not cont"),
    (lambda w: w.client(max_retries=3), "no argument 'max_retries'; it is retries"),
    (
        lambda w: next(iter(w.client().associations.iterate(limit=5))),  # type: ignore[call-arg]
        "'limit' is not an option of a call; it is page_size",
    ),
    (
        lambda w: w.told(429, retry_after="7"),
        "wait 7 seconds; programs with the same app and location share the limit: LocalPace(share",
    ),
    (lambda w: w.told(429, x_ratelimit_max="25"), "returned 429...LocalPace(calls=25, share=)"),
    (lambda w: w.told(429, x_ratelimit_daily_remaining="0"), "returned 429...continue tomorrow"),
    (
        lambda w: w.run(*KEY),
        "no column 'contact'; it has Nr, Kunde, Tier: name yours with --column",
    ),
    (lambda w: w.run(*KEY, *COLUMNS), "line 2, is not UTF-8...such as --encoding cp1252"),
    (
        lambda w: w.run("--association", "owner_pets"),
        "no association 'owner_pets'...did you mean owner_pet? ensure-association creates one",
    ),
]


@pytest.mark.parametrize(("do", "said"), MISTAKES)
def test_a_mistake_of_the_first_day_is_told_with_its_cause_and_its_fix(
    sandbox: Sandbox,
    command: Command,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    do: Callable[[World], object],
    said: str,
) -> None:
    assert len(MISTAKES) == 37
    (folder / "pets.csv").write_bytes("Nr;Kunde;Tier\n1;Jürgen;p1\n".encode("cp1252"))
    world = World(sandbox, command, monkeypatch)
    errors = (AssociationsError, RuntimeError, TypeError, ValueError)
    with world.clients, pytest.raises(errors) as raised:
        do(world)
    cause, _, fix = said.partition("...")
    assert cause in str(raised.value)
    assert fix in str(raised.value).partition(cause)[2]
