"""The subject of a finding, and what it breaks."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.contract.impact.breaks import Subject, subject_of
from scripts.contract.impact.verdict import Verdict
from scripts.contract.review import completed
from scripts.contract.tables import operations_module
from scripts.diff.compare import compare
from scripts.diff.review import review
from tests.contract.changes import CONTRACT, OPENAPI
from tests.contract.contract_changes import APPS, CODE, CONTRACT_CHANGES, NOBODY
from tests.diff.documents import Json, S, document, has, operation, requesting, responding
from tests.diff.examples import documents, sections
from tests.diff.reviewing import ROOT, TODAY, compared, edited

PETS = """\
METHODS = {"pets.get": ("get_pet",)}
INTERNAL = {}
NEEDS = {
    "get_pet": {"sends": "tag", "may_send": "it", "classes": "Cat", "reads": "key"}
}
"""
MODELS = "class Pet:\n    it: str\n    key: str | None\n"


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Return a project whose facade sends the operation of the examples."""
    for name, text in (("_core/methods.py", PETS), ("models.py", MODELS), ("_async/pets.py", "")):
        path = tmp_path / "facade" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def with_ids_of_ours(document: Json) -> Json:
    found: Json = json.loads(json.dumps(document).replace('"getPet"', '"get_pet"'))
    return found


def examples() -> Iterator[tuple[Json, Json]]:
    """Yield the documents of each rule's example, as published and with ids of ours."""
    for section, rules in sections():
        for rule in rules if not section.startswith("What a page") else ():
            for _, old, new in documents(section, rule):
                yield old, new
                yield with_ids_of_ours(old), with_ids_of_ours(new)


def test_the_rules_have_each_verdict(pets: Path) -> None:
    reviews = (review(compared(old, new), [], TODAY) for old, new in examples())
    assert {completed(each, pets).verdict for each in reviews} == {
        *(Verdict.FACADE_MUST_CHANGE, Verdict.APPS_MAY_BE_REFUSED, Verdict.REGENERATE),
        *(Verdict.NOTHING, Verdict.NOT_CALLED, Verdict.FOREIGN),
    }


@pytest.mark.parametrize("name", CONTRACT_CHANGES)
def test_the_verdict_on_a_change_of_the_contract_names_who_must_change(name: str) -> None:
    change, expected = CONTRACT_CHANGES[name]
    found = edited(change, old=CONTRACT)
    refused = APPS if found.verdict is Verdict.APPS_MAY_BE_REFUSED else NOBODY
    assert (CODE if found.verdict.needs_a_person else refused) == expected


def test_the_verdict_is_the_same_after_code_is_regenerated(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "facade", tmp_path / "facade")
    shutil.copytree(OPENAPI, tmp_path / "openapi")
    change, _ = CONTRACT_CHANGES["an operation gone"]
    before = edited(change, old=CONTRACT)
    new = before.documents[1]
    (tmp_path / "openapi/associations.json").write_text(json.dumps(new))
    (tmp_path / "facade/_core/operations.py").write_text(operations_module(new))
    assert completed(review(compared(CONTRACT, new), [], TODAY), tmp_path) == before


LIMIT = {"name": "pageLimit", "in": "query", "schema": {"type": "integer"}}
TEXT, NEEDED = {**LIMIT, "schema": S}, {**LIMIT, "required": True}


def sharing(parameter: Json) -> Json:
    given = operation(parameters=[{"$ref": "#/components/parameters/Limit"}])
    return {**given, "components": {"parameters": {"Limit": parameter}}}


def test_a_finding_is_about_a_parameter_a_property_or_neither() -> None:
    assert not Subject().is_received_only
    limit = Subject("page_limit", "query", True)
    for old, new, expected in (
        (operation(), operation(operationId="b"), Subject(is_sent=True)),
        (operation(parameters=[LIMIT]), operation(), limit),
        (operation(), operation(parameters=[NEEDED]), limit._replace(must_be_sent=True)),
        (sharing(LIMIT), sharing(TEXT), limit),
        (requesting(has(aB=S)), requesting(has("aB", aB=S)), Subject("a_b", "", True, True)),
        (responding(has(firstName=S)), responding(has()), Subject("first_name")),
        (document(), document(tags=[{"name": "a"}]), Subject(is_sent=True)),
    ):
        (finding,) = compare(old, new).findings
        found = subject_of(finding, old, new)
        assert found == expected
        assert found.is_received_only == (found == Subject("first_name"))
        lost = subject_of(finding, document(), document())  # its place is not there
        assert (lost.location, lost.is_sent) == ("", expected.is_sent)
