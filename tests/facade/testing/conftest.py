"""Requests of an app to the sandbox, with plain httpx."""

from typing import Any

import httpx
import pytest

from facade.testing import Fault, Sandbox, faults

PEOPLE = {
    "firstObjectKey": "contact",
    "firstObjectLabel": "Student",
    "secondObjectKey": "contact",
    "secondObjectLabel": "Tutor",
}
PETS = {
    "firstObjectKey": "contact",
    "firstObjectLabel": "Owner",
    "secondObjectKey": "custom_objects.pet",
    "secondObjectLabel": "Pet",
}
BODY = {"locationId": "sandbox-location", "key": "pets", **PETS}


class App:
    """A client of a sandbox in process; it returns responses, ids or JSON without the trace id."""

    def __init__(self, sandbox: Sandbox | None = None, **headers: str) -> None:
        self.sandbox = sandbox or Sandbox()
        self.location = {"locationId": self.sandbox.location_id}
        self.http = httpx.Client(
            base_url="https://services.example",
            transport=self.sandbox.transport(),
            headers={**self.sandbox.headers, **headers},
        )

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request to a path below /associations/."""
        return self.http.request(method, f"/associations/{path}", **options)

    def get(self, path: str, **query: Any) -> Any:
        """Return the body of a success."""
        response = self.ask("GET", path, params={**self.location, **query})
        return body_of(response.raise_for_status())

    def create(self, key: str, /, **fields: Any) -> httpx.Response:
        return self.ask("POST", "", json={**self.location, **PETS, "key": key, **fields})

    def created(self, key: str, /, **fields: Any) -> str:
        """Create an association and return its id."""
        association_id: str = self.create(key, **fields).raise_for_status().json()["id"]
        return association_id

    def relate(self, association_id: str, first: str, second: str, **fields: str) -> httpx.Response:
        pair = {"associationId": association_id, "firstRecordId": first, "secondRecordId": second}
        return self.ask("POST", "relations", json={**self.location, **pair, **fields})

    def related(self, association_id: str, first: str, second: str) -> str:
        """Relate two records and return the relation's id."""
        response = self.relate(association_id, first, second).raise_for_status()
        relation_id: str = response.json()["id"]
        return relation_id

    def relations(self, record_id: str, **query: Any) -> Any:
        return self.get(f"relations/{record_id}", **{"skip": 0, "limit": 100, **query})

    def update(self, association_id: str, first: str, second: str) -> httpx.Response:
        body = {"firstObjectLabel": first, "secondObjectLabel": second}
        return self.ask("PUT", association_id, json=body)

    def delete(self, path: str) -> httpx.Response:
        return self.ask("DELETE", path, params=self.location)


@pytest.fixture
def app(sandbox: Sandbox) -> App:
    return App(sandbox)


def body_of(response: httpx.Response) -> Any:
    """Return a body without its trace id, which it must have."""
    body = response.json()
    if isinstance(body, dict):
        assert body.pop("traceId")
    return body


def refusal(response: httpx.Response, status: int) -> Any:
    """Check the status of an error response and return its message."""
    body = body_of(response)
    assert (response.status_code, body["statusCode"]) == (status, status)
    return body["message"]


# fault, the error that the client gets, whether the work is done
LOSSES: list[tuple[Fault, type[httpx.TransportError], bool]] = [
    (faults.drop("connecting"), httpx.ConnectError, False),
    (faults.drop("before_work"), httpx.RemoteProtocolError, False),
    (faults.drop("before_work", reset=True), httpx.ReadError, False),
    (faults.drop(), httpx.RemoteProtocolError, True),
    (faults.drop("after_work", reset=True), httpx.ReadError, True),
    (faults.drop("during_answer"), httpx.RemoteProtocolError, True),
    (faults.drop("during_answer", reset=True), httpx.ReadError, True),
]


def keys(sandbox: Sandbox) -> list[str]:
    """List the keys of the user-defined associations."""
    return [one["key"] for one in sandbox.associations()[4:]]
