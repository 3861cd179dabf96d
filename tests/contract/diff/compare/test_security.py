"""Security: the mutated contract is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

import pytest

from tests.contract.diff.documents import Json, found, said
from tests.contract.diff.securing import KEY, asks

# what, old, new, what is found, what is found backwards
SECURITY: list[tuple[str, Json, Json, str, str]] = [
    ("authentication", asks(), asks({"key": []}), "security-added breaking/breaking", "security-removed safe/compatible"),
    ("authentication that was optional", asks({}, {"key": []}), asks({"key": []}), "security-added breaking/none", "security-removed safe/none"),
    ("order of alternatives", asks({"key": []}, {"token": []}), asks({"token": []}, {"key": []}), "", ""),
    ("an alternative", asks({"key": []}), asks({"key": []}, {"token": []}), "security-alternative-added safe/none", "security-alternative-removed breaking/none"),
    ("a further scheme at once", asks({"key": []}), asks({"key": [], "token": []}), "security-requirement-added breaking/none", "security-requirement-removed safe/none"),
    ("an OAuth scope", asks({"oauth": []}), asks({"oauth": ["read"]}), "security-scope-added breaking/none", "security-scope-removed safe/none"),
    ("a scope of a bearer token", asks({"token": []}), asks({"token": ["read"]}), "security-scope-listed safe/none", "security-scope-unlisted safe/none"),
    ("another scheme of the same kind", asks({"token": []}), asks({"other": []}), "security-scheme-replaced risky/none", "security-scheme-replaced risky/none"),
    ("the same scheme by another name", asks({"a": []}, a=KEY), asks({"b": []}, b=KEY), "security-scheme-renamed safe/none, security-scheme-defined safe/none, security-scheme-undefined safe/none", "security-scheme-renamed safe/none, security-scheme-defined safe/none, security-scheme-undefined safe/none"),
    ("a further scope of the same scheme", asks({"oauth": ["b"]}), asks({"oauth": ["a"]}, {"oauth": ["b"]}), "security-alternative-added safe/none", "security-alternative-removed breaking/none"),
    ("a scheme of another kind", asks({"key": []}), asks({"token": []}), "security-alternative-added safe/none, security-alternative-removed breaking/none", "security-alternative-added safe/none, security-alternative-removed breaking/none"),
    ("the document's security", {**asks(), "security": [{"key": []}]}, asks({"key": []}), "security-moved-to-operation safe/breaking", "security-moved-to-document safe/compatible"),
    ("authentication for all", asks(), {**asks(), "security": [{"key": []}]}, "security-added breaking/none", "security-removed safe/none"),
    ("an easier alternative stays", asks({"key": []}, {"key": [], "token": []}), asks({"key": []}), "security-alternative-removed safe/none", "security-alternative-added safe/none"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "forwards", "backwards"),
    [row[1:] for row in SECURITY],
    ids=[row[0] for row in SECURITY],
)
def test_security_is_judged_by_its_rule(
    old: Json, new: Json, forwards: str, backwards: str
) -> None:
    assert found(old, new) == said(forwards)
    assert found(new, old) == said(backwards)
