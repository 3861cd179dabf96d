"""Security schemes: each mutation is found by its rule."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from scripts.diff.compare import compare
from tests.diff.documents import BEARER, FLOW, KEY, OAUTH, Json, found, found_by_rule, requiring
from tests.diff.examples import examples_of

OPENID: Json = {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/a"}
RENAMED = "security-scheme-defined, security-scheme-renamed, security-scheme-undefined"
REPLACED = (
    "security-alternative-added, security-alternative-removed, security-scheme-defined, "
    "security-scheme-undefined"
)


def defines(scheme: Json) -> Json:
    return requiring({"it": []}, it=scheme)


def flowing(**flow: Any) -> Json:
    return {**OAUTH, "flows": {"clientCredentials": {**FLOW, **flow}}}


test_the_examples_of_the_rules_are_found = examples_of(
    "security-scheme api-key http-scheme bearer oauth openid"
)
test_a_change_of_a_scheme_is_found_by_its_rule = found_by_rule([
    ("the same scheme by another name and case", requiring({"a": []}, a=BEARER), requiring({"b": []}, b={**BEARER, "scheme": "Bearer"}), RENAMED),
    ("a scheme that is no text", defines({**BEARER, "scheme": 1}), defines(BEARER), "http-scheme-changed"),
    ("a described key by another name", requiring({"a": []}, a=KEY), requiring({"b": []}, b={**KEY, "description": "K"}), RENAMED),
    ("the key's header in another case", defines(KEY), defines({**KEY, "name": "x-key"}), ""),
    ("the key's name in a query in another case", defines({**KEY, "in": "query"}), defines({**KEY, "in": "query", "name": "x-key"}), "api-key-name-changed"),
    ("a refresh URL equal to the token URL", defines(OAUTH), defines(flowing(refreshUrl="https://example.com/token")), ""),
    ("the same URL, relative", defines(flowing(refreshUrl="/r")), defines(flowing(refreshUrl="/a/../r")), ""),
    ("the authorization URL", defines(flowing(authorizationUrl="https://example.com/a")), defines(flowing(authorizationUrl="https://example.com/b")), "oauth-url-changed"),
    ("the device authorization URL", defines(flowing(deviceAuthorizationUrl="https://example.com/a")), defines(flowing(deviceAuthorizationUrl="https://example.com/b")), "oauth-url-changed"),
    ("a flow of an extension", defines(OAUTH), defines({**OAUTH, "flows": {**OAUTH["flows"], "x-device": FLOW}}), ""),
    ("the same discovery, relative", defines({**OPENID, "openIdConnectUrl": "/a"}), defines({**OPENID, "openIdConnectUrl": "/b/../a"}), ""),
    ("a scope that is named like an extension", defines(flowing(scopes={"x-a": ""})), defines(flowing(scopes={})), "oauth-scope-undefined"),
    ("a scheme of no known type", defines({"type": 1}), defines({"type": 1, "name": "a"}), ""),
    ("another key by another name", requiring({"a": []}, a=KEY), requiring({"b": []}, b={**KEY, "name": "X-Other"}), REPLACED),
    ("the same discovery by another name", requiring({"a": []}, a=OPENID), requiring({"b": []}, b=OPENID), RENAMED),
    ("a definition that is a reference", {**requiring({"it": []}, it={"$ref": "#/x-key"}), "x-key": KEY}, defines(KEY), ""),
])  # fmt: skip


def test_a_scheme_may_be_named_by_its_uri() -> None:
    uri = "#/components/securitySchemes/key"
    own = {"openapi": "3.2.0", "$self": "https://a.example/openapi.json"}
    named, by_pointer, by_url = (
        {**requiring({name: []}, key=KEY), **own}
        for name in ("key", uri, f"https://a.example/openapi.json{uri}")
    )
    for one in (named, by_pointer, by_url):
        assert [found(one, other) for other in (named, by_pointer, by_url)] == [[], [], []]
        assert found(one, {**requiring(key=KEY), **own}) == ["security-removed safe/compatible"]
    unknown = {**requiring({"#/components/securitySchemes/gone": []}, key=KEY), **own}
    assert [each.message for each in compare(unknown, unknown).problems] == [
        "the security scheme '#/components/securitySchemes/gone' is not defined"
    ] * 2


def test_a_finding_names_the_scheme_and_the_flow() -> None:
    (finding,) = compare(defines(OAUTH), defines(flowing(tokenUrl="/new"))).findings
    assert finding.message.startswith("security scheme it, flow clientCredentials, tokenUrl ")
    assert (finding.before, finding.after) == (FLOW["tokenUrl"], "/new")
    assert finding.operations == ["GET /pets/{id}"]
