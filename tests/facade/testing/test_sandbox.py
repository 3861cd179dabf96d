"""The sandbox as the README shows it: a fixture of three lines."""

from collections.abc import Iterator

import httpx
import pytest

from facade.testing import Sandbox


@pytest.fixture
def highlevel() -> Iterator[httpx.Client]:
    sandbox = Sandbox()
    with httpx.Client(transport=sandbox.transport(), headers=sandbox.headers) as client:
        yield client


URL = "https://services.leadconnectorhq.com/associations/"


def test_an_app_is_tested_with_a_fixture_of_three_lines(highlevel: httpx.Client) -> None:
    created = highlevel.post(
        URL,
        json={
            "locationId": "sandbox-location",
            "key": "student_tutor",
            "firstObjectKey": "contact",
            "firstObjectLabel": "Student",
            "secondObjectKey": "contact",
            "secondObjectLabel": "Tutor",
        },
    )
    assert created.status_code == 201
    assert highlevel.get(URL + created.json()["id"]).json()["key"] == "student_tutor"


def test_two_sandboxes_share_nothing(highlevel: httpx.Client) -> None:
    page = {"locationId": "sandbox-location", "skip": "0", "limit": "10"}
    keys = [one["key"] for one in highlevel.get(URL, params=page).json()["associations"]]
    assert keys == ["OPPORTUNITIES_CONTACTS_ASSOCIATION", "BUSINESSES_CONTACTS_ASSOCIATION"]
