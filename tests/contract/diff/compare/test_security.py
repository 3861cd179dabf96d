"""Security requirements: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

import pytest

from tests.contract.diff.documents import Json, expected_lines, found
from tests.contract.diff.securing import KEY, requiring

# case, old, new, findings, findings backwards
SECURITY: list[tuple[str, Json, Json, str, str]] = [
    ("authentication", requiring(), requiring({"key": []}), "security-added breaking/breaking", "security-removed safe/compatible"),
    ("authentication that was optional", requiring({}, {"key": []}), requiring({"key": []}), "security-added breaking/none", "security-removed safe/none"),
    ("order of alternatives", requiring({"key": []}, {"token": []}), requiring({"token": []}, {"key": []}), "", ""),
    ("an alternative", requiring({"key": []}), requiring({"key": []}, {"token": []}), "security-alternative-added safe/none", "security-alternative-removed breaking/none"),
    ("a further scheme at once", requiring({"key": []}), requiring({"key": [], "token": []}), "security-requirement-added breaking/none", "security-requirement-removed safe/none"),
    ("an OAuth scope", requiring({"oauth": []}), requiring({"oauth": ["read"]}), "security-scope-added breaking/none", "security-scope-removed safe/none"),
    ("a scope of a bearer token", requiring({"token": []}), requiring({"token": ["read"]}), "security-scope-listed safe/none", "security-scope-unlisted safe/none"),
    ("another scheme of the same kind", requiring({"token": []}), requiring({"other": []}), "security-scheme-replaced risky/none", "security-scheme-replaced risky/none"),
    ("the same scheme by another name", requiring({"a": []}, a=KEY), requiring({"b": []}, b=KEY), "security-scheme-renamed safe/none, security-scheme-defined safe/none, security-scheme-undefined safe/none", "security-scheme-renamed safe/none, security-scheme-defined safe/none, security-scheme-undefined safe/none"),
    ("a further scope of the same scheme", requiring({"oauth": ["b"]}), requiring({"oauth": ["a"]}, {"oauth": ["b"]}), "security-alternative-added safe/none", "security-alternative-removed breaking/none"),
    ("a scheme of another kind", requiring({"key": []}), requiring({"token": []}), "security-alternative-added safe/none, security-alternative-removed breaking/none", "security-alternative-added safe/none, security-alternative-removed breaking/none"),
    ("the document's security", {**requiring(), "security": [{"key": []}]}, requiring({"key": []}), "security-moved-to-operation safe/breaking", "security-moved-to-document safe/compatible"),
    ("authentication for all", requiring(), {**requiring(), "security": [{"key": []}]}, "security-added breaking/none", "security-removed safe/none"),
    ("an easier alternative stays", requiring({"key": []}, {"key": [], "token": []}), requiring({"key": []}), "security-alternative-removed safe/none", "security-alternative-added safe/none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in SECURITY],
    ids=[row[0] for row in SECURITY],
)
def test_a_change_of_security_is_found_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == expected_lines(forwards)
    assert found(new, old) == expected_lines(backwards)
