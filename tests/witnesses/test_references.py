"""Whoever refers to a witness names one that exists."""

import re
from pathlib import Path

import yaml

from tests.witnesses.reading import WITNESSES

ROOT = Path(__file__).parents[2]
NAME = re.compile(r"\b[aelorvw][0-9]{2}(?:-[a-z0-9]+)+\b")
FILES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "openapi/*.yaml", "openapi/witnesses/*.md")
    for path in ROOT.glob(pattern)
) + sorted(path for folder in ("facade", "scripts") for path in (ROOT / folder).rglob("*.py"))


def test_every_reference_names_a_witness() -> None:
    unknown = [
        (path.relative_to(ROOT).as_posix(), name)
        for path in FILES
        for name in NAME.findall(path.read_text())
        if name not in WITNESSES
    ]
    assert unknown == []


def test_corrections_of_bodies_and_statuses_name_their_witnesses() -> None:
    """What HighLevel answers is known from witnesses only."""
    actions = yaml.safe_load((ROOT / "openapi" / "overlay.yaml").read_text())["actions"]
    silent = [
        each["description"]
        for each in actions
        if "responses." in each["target"] and "update" in each
        if not NAME.search(each["x-evidence"])
    ]
    assert silent == []


def test_no_evidence_is_graded_in_words_of_its_own() -> None:
    actions = yaml.safe_load((ROOT / "openapi" / "overlay.yaml").read_text())["actions"]
    grades = re.compile(r"\b(high|med|low)\b")
    assert [each["description"] for each in actions if grades.search(each["x-evidence"])] == []
