"""The mistakes of a first day: each is told with its cause and its fix."""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from facade import AssociationsClient, AssociationsError
from facade.testing import Sandbox
from tests.facade.bulk.runs import seed_owner_pet


class World:
    """A sandbox with an association of contacts and pets, and a client for each mistake."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.clients = sandbox, ExitStack()
        self.id = seed_owner_pet(sandbox).id
        sandbox.declare_record("c1", "contact")
        sandbox.declare_record("p1", "custom_objects.pet")

    def client(self, token: Any = None, **options: Any) -> AssociationsClient:
        location_id = options.pop("location_id", self.sandbox.location_id)
        given: Any = {"transport": self.sandbox.transport(), "retries": 0, **options}
        client = AssociationsClient(token or self.sandbox.token, location_id, pace=None, **given)
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

    def link(self, records: dict[str, str]) -> object:
        client = self.client()
        return client.relations.link(client.associations.get(self.id), records)

    def told(self, status: int, message: str = "no", **headers: str) -> object:
        given = {name.replace("_", "-"): text for name, text in headers.items()}
        response = httpx.Response(status, json={"message": message}, headers=given)
        return self.list(transport=httpx.MockTransport(lambda request: response))


def jwt(claims: str) -> str:
    return f"eyJh.{urlsafe_b64encode(claims.encode()).decode().rstrip('=')}.x"


READ, PET = ["associations.readonly"], "custom_objects.pet"
# What is done, and the words of the cause and of the fix, between which `...` is any text.
MISTAKES: list[tuple[Callable[[World], object], str]] = [
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
        lambda w: w.narrow(scopes=READ).relations.delete("r"),
        "not authorized for this scope...add associations/relation.write to",
    ),
    (
        lambda w: w.told(422, "property x should not exist"),
        "property x should not exist - check that the token has associations.readonly",
    ),
    (lambda w: w.client(location_id='"l"'), "location_id is in quotation marks"),
    (lambda w: w.list(location_id="elsewhere"), "returned 403...check location_id (HIGHLEVEL_LOC"),
    (lambda w: w.list(version="2020-01-01"), "version header is invalid...pass one of 2021-07-28"),
    (lambda w: w.client().associations.get("owner_pet"), "not found...for a key, use get_by_key"),
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
    (lambda w: w.link({"contact": "c1", PET: "c1"}), "Invalid record id : 'c1'...check both ids"),
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
]


@pytest.mark.parametrize(("do", "said"), MISTAKES)
def test_a_mistake_of_the_first_day_is_told_with_its_cause_and_its_fix(
    sandbox: Sandbox, do: Callable[[World], object], said: str
) -> None:
    world = World(sandbox)
    errors = (AssociationsError, TypeError, ValueError)
    with world.clients, pytest.raises(errors) as raised:
        do(world)
    cause, _, fix = said.partition("...")
    assert cause in str(raised.value)
    assert fix in str(raised.value).partition(cause)[2]
