"""The subject of a finding, and what it breaks."""

from dataclasses import replace
from typing import Any

import pytest

from scripts.contract.impact.breaks import Break, Subject, broken, subject_of
from scripts.contract.impact.facade import Need
from scripts.contract.impact.verdict import Verdict
from scripts.diff.compare import compare
from scripts.diff.findings import Finding
from scripts.openapi.paths import operations_in
from scripts.openapi.references import Source
from tests.contract.changes import CONTRACT
from tests.contract.contract_changes import APPS, CODE, CONTRACT_CHANGES, NOBODY
from tests.diff.documents import Json, S, document, has, operation, requesting, responding
from tests.diff.reviewing import edited


@pytest.mark.parametrize("name", CONTRACT_CHANGES)
def test_the_verdict_on_a_change_of_the_contract_names_who_must_change(name: str) -> None:
    change, expected = CONTRACT_CHANGES[name]
    found = edited(change, old=CONTRACT)
    refused = APPS if found.verdict is Verdict.APPS_MAY_BE_REFUSED else NOBODY
    assert (CODE if found.verdict.needs_a_person else refused) == expected


A, NO = frozenset({"a"}), frozenset[str]()
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
        in_both = replace(finding, directions=["request", "response"])
        assert subject_of(in_both, old, new).is_sent
        assert found.is_received_only == (found == Subject("first_name"))
        lost = subject_of(finding, document(), document())  # its place is not there
        assert (lost.location, lost.is_sent) == ("", expected.is_sent)


BODY: dict[str, Any] = {"content": {"application/json": {}}}
KEYS = {"basic": {"type": "http"}, "key": {"type": "apiKey", "scheme": "bearer"}}
SENT, READ = ["request"], ["response"]
BEARER = {"type": "http", "scheme": "Bearer"}


def secured(*security: Json, **schemes: Json) -> Json:
    return {**operation(), "security": security, "components": {"securitySchemes": schemes}}


@pytest.mark.parametrize(
    ("rule", "directions", "new", "need", "is_broken"),
    [
        # a property that is sent, may be sent, or is not
        *(("type-changed", SENT, operation(), each, True) for each in (Need(A), Need(NO, A))),
        ("type-changed", SENT, operation(), Need(NO, NO, A, A), False),
        # a class of generated code
        ("model-renamed", SENT, operation(), Need(classes=frozenset({"Pet"})), True),
        ("model-renamed", SENT, operation(), Need(A, classes=frozenset({"Cat"})), False),
        # an answer with a body, without one, or of an operation that is gone
        ("success-status-changed", READ, operation(responses={"201": BODY}), Need(reads=A), False),
        ("success-status-changed", READ, operation(responses={"201": {}}), Need(reads=A), True),
        ("success-status-changed", READ, operation(responses={"201": {}}), Need(), False),
        ("success-status-changed", READ, document(), Need(reads=A), True),
        # a body
        ("request-body-removed", SENT, operation(requestBody=BODY), Need(classes=A), False),
        ("request-body-removed", SENT, operation(), Need(classes=A), True),
        ("request-body-removed", SENT, operation(requestBody={"required": True}), Need(), True),
        # the token
        ("security-added", SENT, secured({"gone": []}), Need(), True),
        *(("security-added", SENT, secured({each: []}, **KEYS), Need(), True) for each in KEYS),
        ("security-added", SENT, secured({"key": []}, {"b": []}, b=BEARER, **KEYS), Need(), False),
    ],
)
def test_what_breaks_is_what_the_facade_needs(
    rule: str, directions: list[str], new: Json, need: Need, is_broken: bool
) -> None:
    severities, source = ("breaking", "breaking"), Source("new", new)
    finding = Finding(rule, *severities, "", [], "", "pet", None, [], "", directions)
    called = next(operations_in(source, source.root.get("paths")), None)
    subject = Subject("a" if directions == SENT else "", "", is_sent=directions == SENT)
    expected = Break.CODE if is_broken else Break.NONE
    assert broken(finding, subject, need, called, source) is expected
