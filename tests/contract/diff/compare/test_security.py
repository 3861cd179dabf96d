"""Security requirements: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from tests.contract.diff.documents import found_by_rule
from tests.contract.diff.examples import check
from tests.contract.diff.securing import requiring

test_a_change_of_security_is_found_by_its_rule = found_by_rule([
    ("authentication that was optional", requiring({}, {"key": []}), requiring({"key": []}), "(security-added)"),
    ("order of alternatives", requiring({"key": []}, {"token": []}), requiring({"token": []}, {"key": []}), ""),
    ("a further scope of the same scheme", requiring({"oauth": ["b"]}), requiring({"oauth": ["a"]}, {"oauth": ["b"]}), "security-alternative-added"),
    ("a scheme of another kind", requiring({"key": []}), requiring({"token": []}), "security-alternative-added, security-alternative-removed"),
    ("the document's security", {**requiring(), "security": [{"key": []}]}, requiring({"key": []}), "security-moved-to-operation"),
    ("authentication for all", requiring(), {**requiring(), "security": [{"key": []}]}, "(security-added)"),
    ("an easier alternative stays", requiring({"key": []}, {"key": [], "token": []}), requiring({"key": []}), "security-alternative-removed"),
])  # fmt: skip


def test_the_examples_of_the_rules_are_found() -> None:
    check(
        "Security, servers, the document",
        "security-added",
        "security-removed",
        "security-moved",
        "security-alternative",
        "security-requirement",
        "security-scope",
        "security-scheme-re",
    )
