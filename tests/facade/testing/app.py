"""Requests of an app to the sandbox, with plain httpx."""

from typing import Any

import httpx

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
    """A client of a sandbox in process; it returns responses, ids or JSON."""

    def __init__(self, sandbox: Sandbox, **headers: str) -> None:
        self.sandbox = sandbox
        self.location = {"locationId": sandbox.location_id}
        self.http = httpx.Client(
            base_url="https://services.example",
            transport=sandbox.transport(),
            headers={**sandbox.headers, **headers},
        )

    def create(self, key: str, /, **fields: Any) -> httpx.Response:
        body = {**self.location, **PETS, "key": key, **fields}
        return self.http.post("/associations/", json=body)

    def created(self, key: str, /, **fields: Any) -> str:
        """Create an association and return its id."""
        association_id: str = self.create(key, **fields).raise_for_status().json()["id"]
        return association_id

    def relate(self, association_id: str, first: str, second: str) -> httpx.Response:
        body = {
            **self.location,
            "associationId": association_id,
            "firstRecordId": first,
            "secondRecordId": second,
        }
        return self.http.post("/associations/relations", json=body)

    def related(self, association_id: str, first: str, second: str) -> str:
        """Relate two records and return the relation's id."""
        response = self.relate(association_id, first, second).raise_for_status()
        relation_id: str = response.json()["id"]
        return relation_id

    def relations(self, record_id: str, **query: Any) -> Any:
        params = {**self.location, "skip": 0, "limit": 100, **query}
        response = self.http.get(f"/associations/relations/{record_id}", params=params)
        return response.raise_for_status().json()

    def update(self, association_id: str, first: str, second: str) -> httpx.Response:
        body = {"firstObjectLabel": first, "secondObjectLabel": second}
        return self.http.put(f"/associations/{association_id}", json=body)


def refusal(response: httpx.Response, status: int) -> Any:
    """Check the status of an error response and return its message."""
    body = response.json()
    assert (response.status_code, body["statusCode"]) == (status, status)
    assert body["traceId"]
    return body["message"]


# fault, the error that the client gets, whether the work is done
LOSSES: list[tuple[Fault, type[httpx.TransportError], bool]] = [
    (faults.drop("connecting"), httpx.ConnectError, False),
    (faults.drop("before_work"), httpx.RemoteProtocolError, False),
    (faults.drop("before_work", reset=True), httpx.ReadError, False),
    (faults.drop(), httpx.RemoteProtocolError, True),
    (faults.drop("after_work", reset=True), httpx.ReadError, True),
    (faults.drop("during_answer"), httpx.RemoteProtocolError, True),
]


def keys(sandbox: Sandbox) -> list[str]:
    """List the keys of the user-defined associations."""
    return [one["key"] for one in sandbox.associations()[4:]]
