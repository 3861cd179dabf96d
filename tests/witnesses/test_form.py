"""Every witness has the form that witness.schema.json describes; what names one means one."""

import json
import re
from collections import defaultdict
from itertools import chain

import jsonschema  # type: ignore[import-untyped] # it has no stubs
import pytest
import yaml

from tests.witnesses.reading import FILES, FOLDER, WITNESSES

ROOT = FOLDER.parents[1]
REFERENCE = re.compile(r"\b[aelorvw][0-9]{2}(?:-[a-z0-9]+)+\b")
PATTERNS = (
    *("*.md", "docs/**/*.md", "openapi/*.yaml", "openapi/witnesses/*.md"),
    *("facade/**/*.py", "scripts/**/*.py"),
)
ACTIONS = yaml.safe_load((ROOT / "openapi" / "overlay.yaml").read_text())["actions"]
SCHEMA = json.loads((FOLDER / "witness.schema.json").read_text())
STRENGTHS = SCHEMA["properties"]["strength"]["enum"]
# What a source must be for a strength, strongest first.
SOURCES = {
    "measured": {"write-up", "issue", "fixture"},
    "captured": {"capture", "fixture"},
    "code": {"client", "fixture"},
    "published": {"page"},
    "said": {"statement", "issue"},
}


@pytest.mark.parametrize("name", WITNESSES)
def test_a_witness_has_the_form_of_the_schema_and_a_source_of_its_strength(name: str) -> None:
    witness = WITNESSES[name]
    errors = jsonschema.Draft202012Validator(SCHEMA).iter_errors(witness)
    assert [f"{error.json_path}: {error.message}" for error in errors] == []
    assert witness["name"] == name
    assert witness["source"]["kind"] in SOURCES[witness["strength"]]


@pytest.mark.parametrize("kind", ["page", "issue"])
def test_a_source_that_has_an_address_names_it(kind: str) -> None:
    given = {**WITNESSES["v02-versions"], "source": {"kind": kind}}
    validator = jsonschema.Draft202012Validator(SCHEMA)
    assert [error.message for error in validator.iter_errors(given)] == [
        "'address' is a required property"
    ]


def test_the_folder_has_witnesses_with_the_letters_of_its_readme() -> None:
    others = {path.name for path in FOLDER.iterdir()} - {path.name for path in FILES}
    assert others == {"README.md", "witness.schema.json"}
    letters = re.findall(r"^\| `(\w)` \|", (FOLDER / "README.md").read_text(), re.MULTILINE)
    assert sorted(letters) == sorted({name[0] for name in WITNESSES})


def test_the_default_answer_of_the_sandbox_is_the_one_with_the_strongest_witness() -> None:
    """Where no witness of a question is the default, each of them says why."""
    by_question: dict[str, list[str]] = defaultdict(list)
    for name, witness in WITNESSES.items():
        if "exchanges" in witness:
            by_question[witness["question"]].append(name)
    for names in by_question.values():
        defaults = [name for name in names if "sandbox" not in WITNESSES[name]]
        if not defaults:
            assert all("because" in WITNESSES[name]["sandbox"] for name in names), names
            continue
        assert len(defaults) == 1, f"the sandbox cannot answer all of these at once: {defaults}"
        ranks = {name: STRENGTHS.index(WITNESSES[name]["strength"]) for name in names}
        assert ranks[defaults[0]] == min(ranks.values()), names


def test_every_reference_names_a_witness() -> None:
    for path in chain.from_iterable(map(ROOT.glob, PATTERNS)):
        assert {*REFERENCE.findall(path.read_text())} <= WITNESSES.keys(), path


def test_corrections_of_bodies_and_statuses_name_their_witnesses_and_none_has_a_grade() -> None:
    """What HighLevel answers is known from witnesses only."""
    for each in ACTIONS:
        is_of_answers = "responses." in each["target"] and "update" in each
        evidence, what = each["x-evidence"], each["description"]
        assert REFERENCE.search(evidence) or not is_of_answers, what
        assert not re.search(r"\b(high|med|low)\b", evidence), what
