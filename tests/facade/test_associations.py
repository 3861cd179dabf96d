"""client.associations against the sandbox: create, find, ensure, list, update and delete."""

import json
import logging
from typing import Any

import httpx
import pytest

import facade
from facade import Association, NotFoundError
from facade.testing import Received, Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.operations import new_association
from tests.facade.responding import TOKEN, in_turn

pytestmark = pytest.mark.versions


def client_of(clients: Clients, sandbox: Sandbox) -> Any:
    return clients(sandbox.token, sandbox.location_id, transport=sandbox.transport(), pace=None)


@pytest.mark.both
def test_a_created_association_is_what_was_asked_for_and_is_found(client: Any) -> None:
    made = new_association(client)
    assert made == Association(
        id=made.id,
        key="owner_pet",
        first_object_key="contact",
        first_object_label="Owner",
        second_object_key="custom_objects.pet",
        second_object_label="Pet",
        association_type="USER_DEFINED",
        location_id="sandbox-location",
    )
    assert client.associations.get(made.id) == made
    assert client.associations.get_by_key("owner_pet") == made
    assert client.associations.list_for_object("custom_objects.pet").items == (made,)
    page = client.associations.list(skip=4, limit=1)  # after the system associations
    assert (page.items, page.total) == ((made,), 5)


@pytest.mark.both
def test_iterating_reads_all_pages(client: Any) -> None:
    made = [
        new_association(client, key=f"key_{number}", first_object_label=f"label {number}")
        for number in range(5)
    ]
    assert list(client.associations.iterate(page_size=2))[4:] == made


def test_a_page_has_a_hundred_associations_unless_it_is_said_otherwise(
    client: Any, sandbox: Sandbox
) -> None:
    client.associations.list()
    list(client.associations.iterate())
    pages = [(one.query["skip"], one.query["limit"]) for one in sandbox.requests]
    assert pages == [(["0"], ["100"])] * 2


@pytest.mark.both
def test_an_update_returns_the_new_labels(client: Any) -> None:
    made = new_association(client)
    updated = client.associations.update(
        made.id, first_object_label="Pupil", second_object_label="Coach"
    )
    assert (updated.first_object_label, updated.second_object_label) == ("Pupil", "Coach")
    assert client.associations.get(made.id) == updated


@pytest.mark.both
def test_a_deleted_association_is_gone_with_its_relations(client: Any, sandbox: Sandbox) -> None:
    made = new_association(client)
    client.relations.create(made.id, first_record_id="c1", second_record_id="p1")
    assert client.associations.delete(made.id) is None
    assert sandbox.relations() == []
    with pytest.raises(NotFoundError):
        client.associations.get(made.id)


@pytest.mark.both
def test_ensuring_finds_or_creates_an_association(client: Any, sandbox: Sandbox) -> None:
    first = new_association(client, "ensure")
    again = new_association(client, "ensure", first_object_label="Keeper")
    assert (first.created, again.created) == (True, False)
    assert again.item == first.item
    assert len(sandbox.associations()) == 5


@pytest.mark.parametrize("body", ["flat", "enveloped"])
def test_an_association_is_read_in_either_body(clients: Clients, body: Any) -> None:
    client = client_of(clients, Sandbox(update_body=body, association_body=body))
    made = new_association(client)
    labels = {"first_object_label": "Pupil", "second_object_label": "Coach"}
    updated = client.associations.update(made.id, **labels)
    assert (updated.id, updated.key, updated.first_object_label) == (made.id, made.key, "Pupil")
    assert client.associations.get(made.id) == updated


@pytest.mark.parametrize(("body", "total"), [("list", 1), ("array", None), ("single", None)])
def test_associations_of_an_object_are_read_in_each_body(
    clients: Clients, body: Any, total: int | None
) -> None:
    client = client_of(clients, Sandbox(object_key_body=body))
    made = new_association(client)
    page = client.associations.list_for_object("custom_objects.pet")
    assert (page.items, page.total) == ((made,), total)


def test_the_internal_associations_of_an_object_are_listed_on_request(client: Any) -> None:
    def keys(**options: bool) -> list[str]:
        return [one.key for one in client.associations.list_for_object("business", **options)]

    assert keys() == ["BUSINESSES_CONTACTS_ASSOCIATION", "BUSINESSES_OPPORTUNITIES_ASSOCIATION"]
    assert keys(include_internal=True) == [*keys(), "TASK_BUSINESS_ASSOCIATION"]


def test_a_creation_that_was_lost_is_looked_up_and_sent_again(
    client: Any, sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.drop("before_work"), times=1)
    assert new_association(client).id == sandbox.associations()[-1]["id"]
    assert [one.status for one in sandbox.requests] == [None, 400, 201]


def test_a_deletion_whose_answer_was_lost_succeeds(client: Any, sandbox: Sandbox) -> None:
    made = new_association(client)
    sandbox.misbehave(faults.drop("after_work"), on="delete_association", times=1)
    assert client.associations.delete(made.id) is None
    assert [one.status for one in sandbox.requests[1:]] == [None, 404]


def test_an_association_whose_sides_are_stored_swapped_is_taken_as_it_came(
    clients: Clients,
) -> None:
    client = client_of(clients, Sandbox(sides="swapped"))
    objects = {
        "first_object_key": "custom_objects.pet",
        "first_object_label": "Pet",
        "second_object_key": "custom_objects.toy",
        "second_object_label": "Toy",
    }
    made = new_association(client, **objects)
    assert (made.first_object_key, made.first_object_label) == ("custom_objects.toy", "Toy")
    assert new_association(client, "ensure", **objects) == (made, False)
    linked, _ = client.relations.link(made, {"custom_objects.pet": "p", "custom_objects.toy": "t"})
    assert (linked.first_record_id, linked.second_record_id) == ("t", "p")


def test_ensuring_refuses_a_key_that_joins_other_objects(client: Any) -> None:
    new_association(client)
    with pytest.raises(facade.AssociationConflictError, match="owner_pet belongs to an associati"):
        new_association(client, "ensure", second_object_key="custom_objects.car")


def let_another_process_be_quicker(sandbox: Sandbox, second_object_key: str) -> None:
    """Create an association of a key just before a client does."""

    def is_quicker(received: Received) -> bool:
        if received.operation == "create_association":
            sandbox.seed_association(
                key="owner_pet",
                first_object_label="Owner",
                second_object_key=second_object_key,
                second_object_label="Pet",
            )
        return False  # no fault: only the association is there by now

    sandbox.misbehave(faults.empty(), on=is_quicker)


@pytest.mark.parametrize(
    ("status", "wording"),
    [(400, "Duplicate Association key"), (409, "conflict"), (422, "this key already exists")],
)
def test_an_association_made_by_another_process_is_found_whatever_the_refusal(
    clients: Clients, status: int, wording: str
) -> None:
    sandbox = Sandbox(answers={"duplicate_key": (status, wording)})
    let_another_process_be_quicker(sandbox, "custom_objects.pet")
    item, created = new_association(client_of(clients, sandbox), "ensure")
    assert (item.key, created) == ("owner_pet", False)


def test_a_race_with_a_process_that_joins_other_objects_is_a_conflict(
    client: Any, sandbox: Sandbox
) -> None:
    let_another_process_be_quicker(sandbox, "custom_objects.car")
    with pytest.raises(facade.AssociationConflictError, match="owner_pet belongs to an"):
        new_association(client, "ensure")


def test_an_association_is_looked_for_again_only_if_it_is_said_to_exist(clients: Clients) -> None:
    found = {"id": "a1", "firstObjectKey": "contact", "secondObjectKey": "custom_objects.pet"}
    for message, is_said in (("Duplicate Association key", True), ("no", False)):
        missing, refused = httpx.Response(404), httpx.Response(400, json={"message": message})
        transport, sent = in_turn(missing, refused, missing, httpx.Response(200, json=found))
        client = clients(TOKEN, "loc", transport=transport)
        if is_said:
            assert new_association(client, "ensure").item.id == "a1"
        else:
            with pytest.raises(facade.BadRequestError):
                new_association(client, "ensure")
        assert len(sent) == 3 + is_said


class LowerCasingServer:
    """Stores keys in lower case; looks them up exactly, or ignoring case."""

    def __init__(self, refusal: str, *, is_exact: bool = True, is_found: bool = True) -> None:
        self.refusal, self.is_exact, self.is_found = refusal, is_exact, is_found
        self.stored: dict[str, dict[str, Any]] = {}
        self.sent: list[str] = []
        self.transport = httpx.MockTransport(self._handle)

    def _handle(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request.method)
        if request.method == "POST":
            self.is_found = True
            body = json.loads(request.content)
            key = body["key"].lower()
            if key in self.stored:
                return httpx.Response(400, json={"message": self.refusal})
            self.stored[key] = body | {"id": f"a{len(self.stored)}", "key": key}
            return httpx.Response(201, json=self.stored[key])
        key = request.url.path.rpartition("/")[2]
        found = self.stored.get(key if self.is_exact else key.lower())
        if found is None or not self.is_found:
            return httpx.Response(400, json={"message": "Association not found"})
        return httpx.Response(200, json=found)


@pytest.mark.parametrize("refusal", ["Duplicate Association key", "duplicate pair of labels"])
@pytest.mark.parametrize(
    ("is_exact", "is_found", "most"), [(True, True, 2), (False, True, 1), (True, False, 4)]
)
def test_a_key_that_is_stored_in_lower_case_is_ensured_twice(
    clients: Clients, refusal: str, is_exact: bool, is_found: bool, most: int
) -> None:
    server = LowerCasingServer(refusal, is_exact=is_exact)
    client = clients(TOKEN, "loc", transport=server.transport, pace=None)
    made, created = new_association(client, "ensure", key="Owner_PET")
    assert (made.key, created) == ("owner_pet", True)
    server.sent.clear()
    server.is_found = is_found  # if not, another process is quicker to create it
    assert new_association(client, "ensure", key="Owner_PET") == (made, False)
    assert len(server.sent) <= most
    assert client.associations.get_by_key("OWNER_PET") == made


def test_the_error_for_a_missing_key_is_of_the_key_as_it_was_given(clients: Clients) -> None:
    client = clients(TOKEN, "loc", transport=LowerCasingServer("").transport, pace=None)
    with pytest.raises(NotFoundError, match="Association not found") as raised:
        client.associations.get_by_key("OWNER")
    assert raised.value.path.endswith("/OWNER")


def test_an_association_that_was_just_created_is_looked_up_by_its_key_as_stored(
    clients: Clients,
) -> None:
    found = {
        "id": "a1",
        "key": "owner",
        "firstObjectKey": "contact",
        "firstObjectLabel": "Owner",
        "secondObjectKey": "custom_objects.pet",
        "secondObjectLabel": "Pet",
    }
    transport, sent = in_turn(httpx.Response(500), httpx.Response(200, json=found))
    made = new_association(clients(TOKEN, "loc", transport=transport), key="Owner")
    assert (made.id, [one.url.path.rpartition("/")[2] for one in sent]) == ("a1", ["", "owner"])


def test_a_system_association_is_found_by_its_key_at_once(client: Any, sandbox: Sandbox) -> None:
    key = "BUSINESSES_CONTACTS_ASSOCIATION"
    assert client.associations.get_by_key(key).key == key
    assert len(sandbox.requests) == 1


def test_an_association_of_another_key_is_not_the_one_that_is_ensured(clients: Clients) -> None:
    other = {"id": "a9", "key": "other", "firstObjectKey": "contact", "secondObjectKey": "x"}
    made = {"id": "a1", "firstObjectKey": "contact", "secondObjectKey": "custom_objects.pet"}
    transport, _ = in_turn(httpx.Response(200, json=other), httpx.Response(201, json=made))
    ensured = new_association(clients(TOKEN, "loc", transport=transport), "ensure")
    assert (ensured.item.id, ensured.created) == ("a1", True)


@pytest.mark.parametrize(("key", "is_told"), [("Owner", True), ("owner", False)])
def test_a_key_that_is_stored_otherwise_is_logged_at_info(
    clients: Clients, caplog: pytest.LogCaptureFixture, key: str, is_told: bool
) -> None:
    caplog.set_level(logging.INFO, "facade")
    client = clients(TOKEN, "loc", transport=LowerCasingServer("").transport, pace=None)
    new_association(client, key=key)
    said = "HighLevel stores the association key Owner as owner"
    assert (said in caplog.messages) is is_told


@pytest.mark.parametrize(("status", "message"), [(403, "no"), (422, "labels can not be same")])
def test_a_refusal_that_cannot_mean_that_it_exists_is_raised_at_once(
    client: Any, sandbox: Sandbox, status: int, message: str
) -> None:
    sandbox.misbehave(faults.fail(status, message=message), on="create_association")
    with pytest.raises(facade.APIStatusError) as raised:
        new_association(client, "ensure")
    assert raised.value.status_code == status
    assert [one.method for one in sandbox.requests] == ["GET", "POST"]
