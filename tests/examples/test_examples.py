"""Each example can be copied as one file, and says how to run it; FastAPI returns the models."""

import importlib
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from facade.testing import Server
from tests.docs.samples import ROOT, samples

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
PAGE = samples(ROOT / "docs/guide/models.md")
(SHOWN,) = (each.text for each in PAGE if "response_model" in each.text)
BUSINESSES = {
    "id": "BUSINESSES_CONTACTS_ASSOCIATION",
    "key": "BUSINESSES_CONTACTS_ASSOCIATION",
    "first_object_key": "business",
    "second_object_key": "contact",
}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short_says_how_to_run_it_and_has_a_test(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 120
    assert lines[0].startswith("# Run: pip install ")
    comment = "\n".join(line for line in lines if line.startswith("#"))
    assert f"examples.{path.stem}" in comment
    assert importlib.import_module(f"examples.{path.stem}").__doc__
    tests = "".join(each.read_text(encoding="utf-8") for each in Path(__file__).parent.glob("*.py"))
    assert path.stem in tests


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
