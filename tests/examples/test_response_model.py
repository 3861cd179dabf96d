"""FastAPI can return the models of the facade, as docs/guide/models.md shows."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from facade.testing import Server
from tests.docs.samples import ROOT, samples

PAGE = samples(ROOT / "docs/guide/models.md")
(SHOWN,) = (each.text for each in PAGE if "response_model" in each.text)
BUSINESSES = {
    "id": "BUSINESSES_CONTACTS_ASSOCIATION",
    "key": "BUSINESSES_CONTACTS_ASSOCIATION",
    "first_object_key": "business",
    "second_object_key": "contact",
}


@pytest.fixture
def app(highlevel_env: Server) -> Iterator[TestClient]:
    names: dict[str, Any] = {"__name__": "shown"}
    exec(f"from facade import AssociationsClient\n{SHOWN}", names)  # noqa: S102 - our own text
    with TestClient(names["app"]) as client:
        yield client


def test_an_association_is_an_answer(app: TestClient) -> None:
    answer = app.get("/associations/BUSINESSES_CONTACTS_ASSOCIATION")
    assert (answer.status_code, answer.json()) == (200, BUSINESSES)


def test_a_page_is_an_answer(app: TestClient) -> None:
    answer = app.get("/associations").json()
    assert answer["total"] == 4
    assert BUSINESSES in answer["items"]


def test_the_form_of_the_answer_is_in_the_openapi_document_of_the_app(app: TestClient) -> None:
    document = app.get("/openapi.json").json()
    shown = document["components"]["schemas"]["AssociationOut"]["properties"]
    assert [*shown] == [*BUSINESSES]
