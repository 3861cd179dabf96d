"""FastAPI can return the models of the facade, as docs/guide/models.md shows."""

from typing import Any

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


def test_models_are_answers_in_the_form_that_the_app_documents(highlevel_env: Server) -> None:
    names: dict[str, Any] = {"__name__": "shown"}
    exec(f"from facade import AssociationsClient\n{SHOWN}", names)  # noqa: S102 - our own text
    with TestClient(names["app"]) as app:
        assert app.get("/associations/BUSINESSES_CONTACTS_ASSOCIATION").json() == BUSINESSES
        page = app.get("/associations").json()
        assert page["total"] == 4
        assert BUSINESSES in page["items"]
        schemas = app.get("/openapi.json").json()["components"]["schemas"]
        assert [*schemas["AssociationOut"]["properties"]] == [*BUSINESSES]
