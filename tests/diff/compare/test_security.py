"""Security requirements: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

import pytest

from scripts.diff.compare import compare
from tests.diff.documents import (
    KEY,
    OAUTH,
    SCHEMES,
    Json,
    found,
    found_by_rule,
    operation,
    requiring,
)
from tests.diff.examples import examples_of


def calling(*security: Json) -> Json:
    """Return a document with this security, of an operation with its own and with a callback."""
    given = operation(security=[], callbacks={"done": {"{$url}": {"post": {}}}})
    return {**given, "security": list(security), "components": {"securitySchemes": SCHEMES}}


test_the_examples_of_the_rules_are_found = examples_of(
    "security-added security-removed security-moved security-alternative security-requirement security-scope security-scheme-re"
)
test_a_change_of_security_is_found_by_its_rule = found_by_rule([
    ("authentication that was optional", requiring({}, {"key": []}), requiring({"key": []}, {"oauth": []}), "(security-added), security-alternative-added"),
    ("a further scope of the same scheme", requiring({"oauth": ["b"]}), requiring({"oauth": ["a"]}, {"oauth": ["b"]}), "security-alternative-added"),
    ("a scheme of another kind", requiring({"key": []}), requiring({"token": []}), "security-alternative-added, security-alternative-removed"),
    ("the document's security", {**requiring(), "security": [{"key": []}]}, requiring({"key": []}), "security-moved-to-operation"),
    ("authentication for all", requiring(), {**requiring(), "security": [{"key": []}]}, "(security-added)"),
    ("a scope of a scheme by another name", requiring({"a": ["x"]}, a=OAUTH), requiring({"b": ["x", "y"]}, b=OAUTH), "security-scheme-defined, security-scheme-renamed, security-scheme-undefined, security-scope-added"),
    ("a scope of a second scheme", requiring({"key": [], "oauth": ["a"], "agency": []}), requiring({"oauth": ["a", "b"], "agency": []}), "security-requirement-removed, security-scope-added"),
    ("the same scheme by another name, and both stay", requiring({"key": []}, key=KEY), requiring({"other": []}, key=KEY, other=KEY), "security-scheme-defined, security-scheme-replaced"),
    ("two schemes for two others", requiring({"key": [], "token": []}), requiring({"oauth": [], "agency": []}), "security-alternative-added, security-alternative-removed"),
    ("an alternative that is stated twice", requiring({"key": []}, {"key": []}), requiring({"key": []}), ""),
    ("the security of a document, which is no callback's", calling({"key": []}), calling({"key": []}, {"token": []}), ""),
    ("an easier alternative stays", requiring({"key": []}, {"key": [], "token": []}), requiring({"key": []}), "security-alternative-removed"),
])  # fmt: skip


def test_an_alternative_is_not_missed_if_an_easier_one_stays() -> None:
    easy: Json = {"oauth": ["read"]}
    both: Json = {**easy, "token": []}
    other: Json = {"key": []}
    rule = "security-alternative-removed"
    assert found(requiring(easy, both, other), requiring(easy, other)) == [f"{rule} safe/none"]
    assert found(requiring(easy, both, other), requiring(both, other)) == [f"{rule} breaking/none"]
    assert found(requiring({}, easy), requiring({})) == [f"{rule} safe/none"]
    write: Json = {"oauth": ["write"], "key": []}
    assert found(requiring(easy, write), requiring(easy)) == [f"{rule} breaking/none"]
    (finding,) = compare(requiring(other), requiring(other, write)).findings
    assert (finding.before, finding.after) == (None, {"key": [], "oauth": ["write"]})
    assert list(finding.after) == ["key", "oauth"]


def test_a_scheme_that_is_not_defined_is_a_problem() -> None:
    wrong = requiring({"gone": []})
    wrong["paths"]["/pets/{id}"]["get"]["security"].append("key")
    assert [each.message for each in compare(wrong, wrong).problems] == 2 * [
        "the security scheme 'gone' is not defined",
        "a security requirement must be an object",
    ]


@pytest.mark.parametrize(("number", "is_matched"), [(50, True), (51, False)])
def test_schemes_by_other_names_are_matched_by_their_definitions_if_they_are_not_too_many(
    number: int, is_matched: bool
) -> None:
    schemes = [{**KEY, "name": f"x{index}"} for index in range(number)]
    named = ({f"{letter}{n}": each for n, each in enumerate(schemes)} for letter in "ab")
    old, new = (requiring(*({name: []} for name in each), **each) for each in named)
    assert any("renamed" in each for each in found(old, new)) is is_matched
    assert any("alternative" in each for each in found(old, new)) is not is_matched
