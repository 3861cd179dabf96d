"""Security: the mutated contract is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.contract.diff.compare import compare
from tests.contract.diff.documents import Json, found, operation, said

KEY: Json = {"type": "apiKey", "in": "header", "name": "X-Key"}
BEARER: Json = {"type": "http", "scheme": "bearer"}
FLOW: Json = {"tokenUrl": "https://example.com/token", "scopes": {"read": ""}}
OAUTH: Json = {"type": "oauth2", "flows": {"clientCredentials": FLOW}}
OPENID: Json = {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/a"}
SCHEMES: Json = {"key": KEY, "token": BEARER, "other": BEARER, "oauth": OAUTH}


def asks(*security: Json, **schemes: Any) -> Json:
    """Give a document of one operation that asks for this."""
    given = operation(**({"security": list(security)} if security else {}))
    return {**given, "components": {"securitySchemes": schemes or SCHEMES}}


def defines(scheme: Json) -> Json:
    """Give a document with one scheme, that its operation asks for."""
    return asks({"it": []}, it=scheme)


def refreshing(url: str) -> Json:
    """Give an OAuth scheme that refreshes its tokens at a URL."""
    return {**OAUTH, "flows": {"clientCredentials": {**FLOW, "refreshUrl": url}}}


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
    ("the same scheme by another name and case", asks({"a": []}, a=BEARER), asks({"b": []}, b={**BEARER, "scheme": "Bearer"}), "security-scheme-renamed safe/none, security-scheme-defined safe/none, security-scheme-undefined safe/none", "security-scheme-renamed safe/none, security-scheme-defined safe/none, security-scheme-undefined safe/none"),
    ("a scheme of another kind", asks({"key": []}), asks({"token": []}), "security-alternative-added safe/none, security-alternative-removed breaking/none", "security-alternative-added safe/none, security-alternative-removed breaking/none"),
    ("the document's security", {**asks(), "security": [{"key": []}]}, asks({"key": []}), "security-moved-to-operation safe/breaking", "security-moved-to-document safe/compatible"),
    ("authentication for all", asks(), {**asks(), "security": [{"key": []}]}, "security-added breaking/none", "security-removed safe/none"),
    ("kind", defines(KEY), defines(BEARER), "security-scheme-type-changed breaking/none", "security-scheme-type-changed breaking/none"),
    ("the key's name", defines(KEY), defines({**KEY, "name": "X-Api-Key"}), "api-key-name-changed breaking/none", "api-key-name-changed breaking/none"),
    ("the key's header in another case", defines(KEY), defines({**KEY, "name": "x-key"}), "", ""),
    ("the key's name in a query in another case", defines({**KEY, "in": "query"}), defines({**KEY, "in": "query", "name": "x-key"}), "api-key-name-changed breaking/none", "api-key-name-changed breaking/none"),
    ("the key's place", defines(KEY), defines({**KEY, "in": "query"}), "api-key-place-changed breaking/none", "api-key-place-changed breaking/none"),
    ("HTTP scheme", defines(BEARER), defines({**BEARER, "scheme": "basic"}), "http-scheme-changed breaking/none", "http-scheme-changed breaking/none"),
    ("HTTP scheme in another case", defines(BEARER), defines({**BEARER, "scheme": "Bearer"}), "", ""),
    ("form of the token", defines(BEARER), defines({**BEARER, "bearerFormat": "JWT"}), "bearer-format-changed safe/none", "bearer-format-changed safe/none"),
    ("a flow", defines({**OAUTH, "flows": {}}), defines(OAUTH), "oauth-flow-added safe/none", "oauth-flow-removed breaking/none"),
    ("where tokens come from", defines(OAUTH), defines({**OAUTH, "flows": {"clientCredentials": {**FLOW, "tokenUrl": "https://example.com/new"}}}), "oauth-url-changed breaking/none", "oauth-url-changed breaking/none"),
    ("a scope that can be granted", defines({**OAUTH, "flows": {"clientCredentials": {**FLOW, "scopes": {}}}}), defines(OAUTH), "oauth-scope-defined safe/none", "oauth-scope-undefined risky/none"),
    ("where tokens are refreshed, of its own", defines(OAUTH), defines(refreshing("https://example.com/r")), "oauth-refresh-url-added safe/none", "oauth-refresh-url-removed risky/none"),
    ("where tokens are refreshed, said again", defines(OAUTH), defines(refreshing("https://example.com/token")), "", ""),
    ("where tokens are refreshed", defines(refreshing("https://example.com/a")), defines(refreshing("https://example.com/b")), "oauth-url-changed breaking/none", "oauth-url-changed breaking/none"),
    ("the same URL, relative", defines(refreshing("/r")), defines(refreshing("/a/../r")), "", ""),
    ("an easier alternative stays", asks({"key": []}, {"key": [], "token": []}), asks({"key": []}), "security-alternative-removed safe/none", "security-alternative-added safe/none"),
    ("discovery", defines(OPENID), defines({**OPENID, "openIdConnectUrl": "https://example.com/b"}), "openid-url-changed breaking/none", "openid-url-changed breaking/none"),
    ("a definition", asks(key=KEY), asks(key=KEY, token=BEARER), "security-scheme-defined safe/none", "security-scheme-undefined safe/none"),
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


def test_a_scheme_may_be_named_by_its_uri() -> None:
    uri = "#/components/securitySchemes/key"
    own = {"openapi": "3.2.0", "$self": "https://a.example/openapi.json"}
    named, by_pointer, by_url = (
        {**asks({name: []}, key=KEY), **own}
        for name in ("key", uri, f"https://a.example/openapi.json{uri}")
    )
    for one in (named, by_pointer, by_url):
        assert [found(one, other) for other in (named, by_pointer, by_url)] == [[], [], []]
        assert found(one, {**asks(key=KEY), **own}) == ["security-removed safe/compatible"]
    unknown = {**asks({"#/components/securitySchemes/gone": []}, key=KEY), **own}
    assert [each.message for each in compare(unknown, unknown).problems] == [
        "the security scheme '#/components/securitySchemes/gone' is not defined"
    ] * 2
