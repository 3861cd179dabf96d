"""A finding of a review, and what it affects."""

from dataclasses import replace
from typing import Any

from scripts.contract.impact.apps import AppUse
from scripts.contract.impact.verdict import Affected, AffectingFinding
from scripts.diff.report.words import impact_lines
from tests.diff.documents import operation
from tests.diff.reviewing import compared

(PLAIN,) = compared(operation(), operation(deprecated=True)).findings
FOUND = AffectingFinding(PLAIN.finding, PLAIN.old, PLAIN.new)
AFFECTED = (Affected("pets.get", True), Affected("pets.list", False), Affected("Pet.name", False))


def test_a_new_operation_needs_a_method_unless_the_facade_calls_it() -> None:
    new = replace(FOUND, finding=replace(FOUND.finding, rule="operation-added"))
    assert (new.needs_a_method, FOUND.needs_a_method) == (True, False)
    for called in (
        replace(new, affected=(Affected("pets.get", True),)),
        replace(new, is_transport_header=True),
    ):
        assert (called.is_called, called.needs_a_method) == (True, False)


def test_each_affected_item_has_a_line() -> None:
    fields: list[tuple[Any, list[str]]] = [
        ({}, []),
        ({"is_transport_header": True}, ["facade: not affected, every request sets it"]),
        ({"reach": "sent already"}, ["facade: sent already"]),
        ({"affected": AFFECTED}, ["facade: pets.list, Pet.name", "facade, shielded: pets.get"]),
        ({"uses": (AppUse("a.py", 1, "b", "likely"),)}, ["app: a.py:1 uses b (likely)"]),
        ({"policy": "severity\nchanged"}, ["policy: severity changed"]),
    ]
    for more, expected in fields:
        assert impact_lines(replace(FOUND, **more)) == expected
