"""client.associations against the sandbox: create, find, ensure, list, update and delete."""

from contextlib import nullcontext
from typing import Any

import httpx
import pytest

import facade
from facade import Association, NotFoundError
from facade.testing import Received, Sandbox, faults
from tests.facade.driving import Clients
from tests.facade.operations import new_association

pytestmark = pytest.mark.versions

LABELS: dict[str, Any] = {"first_object_label": "Pupil", "second_object_label": "Coach"}
FOUND = {"id": "a1", "firstObjectKey": "contact", "secondObjectKey": "custom_objects.pet"}
MISSING = httpx.Response(404)


@pytest.mark.both
def test_the_life_of_an_association(client: Any, sandbox: Sandbox) -> None:
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
    page = client.associations.list(skip=4, limit=1)  # after the system associations
    assert (page.items, page.total) == ((made,), 5)
    for read in (client.associations.list(), client.associations.iterate()):
        assert [*read][4:] == [made]
        query = sandbox.requests[-1].query
        assert (query["skip"], query["limit"]) == (["0"], ["100"])
    assert [*client.associations.iterate(page_size=2)][4:] == [made]

    updated = client.associations.update(made.id, **LABELS)
    assert (updated.first_object_label, updated.second_object_label) == ("Pupil", "Coach")
    assert client.associations.get(made.id) == updated

    client.relations.create(made.id, first_record_id="c1", second_record_id="p1")
    assert client.associations.delete(made.id) is None
    assert sandbox.relations() == []
    with pytest.raises(NotFoundError):
        client.associations.get(made.id)


@pytest.mark.parametrize(("lookup", "requests"), [("exact", 2), ("any_case", 1)])
def test_ensuring_creates_or_finds_the_key_as_stored(
    clients: Clients, lookup: Any, requests: int
) -> None:
    sandbox = Sandbox(key_lookup=lookup)
    client = clients.of(sandbox)
    made, created = new_association(client, "ensure", key="Owner_PET")
    assert (made.key, created) == ("owner_pet", True)
    sent = len(sandbox.requests)
    again = new_association(client, "ensure", key="Owner_PET", first_object_label="Keeper")
    assert again == (made, False)
    assert len(sandbox.requests) == sent + requests
    assert client.associations.get_by_key("OWNER_PET") == made


def test_internal_associations_are_listed_on_request(client: Any, sandbox: Sandbox) -> None:
    def keys(**options: bool) -> list[str]:
        return [one.key for one in client.associations.list_for_object("business", **options)]

    assert keys() == ["BUSINESSES_CONTACTS_ASSOCIATION", "BUSINESSES_OPPORTUNITIES_ASSOCIATION"]
    assert keys(include_internal=True) == [*keys(), "TASK_BUSINESS_ASSOCIATION"]
    sent = len(sandbox.requests)
    assert client.associations.get_by_key(keys()[0]).key == keys()[0]
    assert len(sandbox.requests) == sent + 3  # it is not looked up in lower case first


@pytest.mark.parametrize("label", ["Pet", "Other"])
def test_a_lost_creation_is_looked_up_by_its_key_as_stored(clients: Clients, label: str) -> None:
    found = {**FOUND, "key": "owner", "firstObjectLabel": "Owner", "secondObjectLabel": label}
    client, sent = clients.answering(
        httpx.Response(500), httpx.Response(200, json=found), retries=0
    )
    with nullcontext() if label == "Pet" else pytest.raises(facade.ServerError):
        assert new_association(client, key="Owner").id == "a1"
    assert [one.url.path.rpartition("/")[2] for one in sent] == ["", "owner"]


@pytest.mark.parametrize(
    "answer", [(400, "Duplicate Association key"), (409, "conflict"), (422, "already exists")]
)
def test_an_association_made_by_another_process_is_found_or_is_a_conflict_whatever_the_refusal(
    clients: Clients, answer: tuple[int, str]
) -> None:
    for second in ("custom_objects.pet", "custom_objects.car"):
        sandbox = Sandbox(answers={"duplicate_key": answer, "duplicate_labels": answer})

        def is_quicker(
            received: Received, sandbox: Sandbox = sandbox, second: str = second
        ) -> bool:
            if received.operation == "create_association":
                labels = {"first_object_label": "Keeper"}
                sandbox.seed_association(key="owner_pet", second_object_key=second, **labels)
            return False  # no fault: only the association is there by now

        sandbox.misbehave(faults.empty(), on=is_quicker)
        client = clients.of(sandbox)
        if second == "custom_objects.car":
            for _ in range(2):  # it is found after the refusal, and then before
                with pytest.raises(facade.AssociationConflictError, match="owner_pet belongs to"):
                    new_association(client, "ensure")
        else:
            item, created = new_association(client, "ensure", key="Owner_PET")
            assert (item.key, created) == ("owner_pet", False)
            assert [one.method for one in sandbox.requests] == ["GET", "GET", "POST", "GET"]


@pytest.mark.parametrize(
    ("status", "message", "requests"),
    [
        (403, "no", 2),
        (422, "labels can not be same", 2),
        (400, "no", 3),  # may mean that it exists
        (400, "Duplicate Association key", 4),  # the look-up may lag behind
        (400, None, 4),  # so it may if nothing is said
    ],
)
def test_a_refusal_that_may_mean_that_it_exists_is_looked_up_and_any_other_is_raised(
    clients: Clients, status: int, message: str | None, requests: int
) -> None:
    refused = httpx.Response(status, json={"message": message} if message else None)
    client, sent = clients.answering(MISSING, refused, MISSING, httpx.Response(200, json=FOUND))
    with nullcontext() if requests == 4 else pytest.raises(facade.APIStatusError, match=message):
        assert new_association(client, "ensure").item.id == "a1"
    assert len(sent) == requests


def test_a_key_that_is_stored_otherwise_is_logged_and_the_error_for_it_is_of_the_given_one(
    client: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(NotFoundError) as raised:
        client.associations.get_by_key("Owner")
    assert raised.value.path.endswith("/Owner")
    new_association(client, key="Owner")
    assert "HighLevel stores the association key Owner as owner" in caplog.messages


def test_an_update_whose_response_lacks_the_association_returns_what_is_stored(
    clients: Clients,
) -> None:
    client, _ = clients.answering(httpx.Response(200, json={}), httpx.Response(200, json=FOUND))
    assert client.associations.update("a1", **LABELS).first_object_key == "contact"


def test_an_association_of_another_key_is_not_the_one_that_is_ensured(clients: Clients) -> None:
    other = httpx.Response(200, json={**FOUND, "id": "a9", "key": "other"})
    client, _ = clients.answering(other, httpx.Response(201, json=FOUND))
    ensured = new_association(client, "ensure")
    assert (ensured.item.id, ensured.created) == ("a1", True)
