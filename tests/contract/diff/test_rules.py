"""The table of rules is complete, has mirrors, and a mutation produces each rule."""

import re
from typing import Any

import pytest

from scripts.contract.diff.rules import SDK, WIRE, Direction, Position, Rule, rules
from tests.contract.diff.compare.test_addresses import ADDRESSES
from tests.contract.diff.compare.test_alternatives import ALTERNATIVES
from tests.contract.diff.compare.test_content import CONTENT
from tests.contract.diff.compare.test_document import ABOUT
from tests.contract.diff.compare.test_generated import CONJUNCTIONS
from tests.contract.diff.compare.test_keywords import BOUNDS, KEYWORDS
from tests.contract.diff.compare.test_messages import BODIES
from tests.contract.diff.compare.test_objects import OBJECTS
from tests.contract.diff.compare.test_operations import OPERATIONS
from tests.contract.diff.compare.test_parameters import PARAMETERS
from tests.contract.diff.compare.test_schemas import MODELS
from tests.contract.diff.compare.test_schemes import SCHEMES
from tests.contract.diff.compare.test_security import SECURITY
from tests.contract.diff.compare.test_values import VALUES
from tests.contract.diff.documents import rules_in
from tests.contract.page.test_review import PAGES

EVERY = sorted(rules().values(), key=lambda rule: rule.id)


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_a_row_is_complete(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert set(rule.wire) <= set(WIRE)
    assert set(rule.sdk) <= set(SDK)
    assert len(rule.sentence) > 5
    assert len(rule.example) > 5


@pytest.mark.parametrize("rule", EVERY, ids=lambda rule: rule.id)
def test_the_mirror_of_a_mirror_is_the_rule(rule: Rule) -> None:
    assert all(rule.id in rules()[mirror].mirror for mirror in rule.mirror)


def test_every_rule_is_produced_by_a_mutation() -> None:
    tables: list[list[Any]] = [
        VALUES,
        KEYWORDS,
        ADDRESSES,
        ALTERNATIVES,
        OBJECTS,
        MODELS,
        CONJUNCTIONS,
        OPERATIONS,
        PARAMETERS,
        BODIES,
        CONTENT,
        SECURITY,
        SCHEMES,
        ABOUT,
    ]
    proved = {rule for table in tables for rule in rules_in(table)}
    proved |= {rule for row in BOUNDS for rule in row[4:]}
    proved |= {line.split()[0] for _, _, found in PAGES for line in found}
    assert rules().keys() - proved == set()


def test_an_unused_schema_is_safe_on_the_wire_and_has_the_worst_severity_in_code() -> None:
    rule = rules()["became-nullable"]
    assert rule.severities(Position(Direction.UNUSED)) == ("safe", "breaking")


def test_a_difference_outside_generated_code_cannot_change_it() -> None:
    rule = rules()["type-changed"]
    assert rule.severities(Position(Direction.REQUEST, in_code=False)) == ("breaking", "none")
