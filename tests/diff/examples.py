"""The examples of rules.md, expanded into whole documents as its section "Examples" says."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import yaml

from scripts.diff.compare import compare
from scripts.diff.rules import TABLE, Rule, rules
from scripts.openapi.pointers import lookup
from tests.diff.documents import FLOW, SCHEMES, Json, S, document, has, holding, ref

Fragment = dict[str, Any]

_QUOTED = re.compile(r"`(.*?)`(?!`)")
_OPERATION = re.compile(r"'?[A-Z]+ /")
_TAGS: Json = {"name": "tag", "in": "query", "schema": {"type": "array", "items": S}}
_PETS: Json = {name: has("kind", kind={"const": name}) for name in ("Cat", "Dog")}


def sections() -> Iterator[tuple[str, list[Rule]]]:
    """Yield the title of each section of rules.md, and its rules."""
    for section in TABLE.read_text("utf-8").split("\n## ")[1:]:
        title, _, table = section.partition("\n")
        names = [line.split()[1] for line in table.splitlines() if line.startswith("| ")]
        yield title, [rules()[name] for name in names if name != "rule"]


def fragments(example: str) -> tuple[Fragment | None, Fragment | None]:
    """Return what an example shows before and after; None stands for nothing."""
    old, new = (_read(text) if text else None for text in texts(example))
    if old is not None and new is not None and not isinstance(new, dict):
        (key,) = old  # the same key with another value
        new = {key: new}
    return old, new


def texts(example: str) -> tuple[str, str]:
    """Return the text of an example before and after; no text is nothing."""
    quoted: list[str] = _QUOTED.findall(example)
    if len(quoted) == 1:
        return (quoted[0], "") if example.endswith("is gone") else ("", quoted[0])
    old, new = quoted
    return old, new


def _read(text: str) -> Any:
    if _OPERATION.match(text) and ": " not in text:
        return {text: {}}
    is_mapping = ": " in text and not text.startswith("[")
    return yaml.safe_load(f"{{{text}}}" if is_mapping else text)


def documents(section: str, rule: Rule) -> Iterator[tuple[int, Json, Json]]:
    """Yield the documents of an example: what an app sends (0), what it receives (1)."""
    old, new = fragments(rule.example)
    expand = _SECTIONS[section]
    for side in (1,) if rule.example.startswith("received: ") else (0, 1):
        before, after = expand(old, new, side), expand(new, old, side)
        if before is not None and after is not None:
            yield side, before, after


def examples_of(prefixes: str) -> Callable[[], None]:
    """Return a test: the examples of the rules that begin so are found as their rows say."""

    def test() -> None:
        for section, some in sections():
            for rule in some:
                if rule.id.startswith(tuple(prefixes.split())):
                    check_one(section, rule)

    return test


def check_one(section: str, rule: Rule) -> None:
    """Expect that an example is found by its rule, and backwards by its mirror."""
    sides = set()
    for side, old, new in documents(section, rule):
        sides.add(side)
        assert _found(old, new, rule) == [_expected(rule, side, new)]
        assert list(_misplaced(old, new)) == []
        (back,) = _found(new, old, rule)
        assert back[0] in rule.mirror
        assert back == _expected(rules()[back[0]], side, new)
    assert sides == {0, 1} or len({*rule.wire}) == 1 == len(sides), rule.id


def _found(old: Json, new: Json, rule: Rule) -> list[tuple[str, str, str]]:
    found = [(each.rule, each.wire, each.sdk) for each in compare(old, new).findings]
    if rule.id == "security-scheme-renamed":  # a definition is gone as well, and another is there
        found = [each for each in found if not each[0].endswith("defined")]
    return found


def _expected(rule: Rule, side: int, document: Json) -> tuple[str, str, str]:
    """Return what a row says of one side; the generator makes nothing of webhooks."""
    return rule.id, rule.wire[side], "none" if "webhooks" in document else rule.sdk[side]


def _misplaced(old: Json, new: Json) -> Iterator[str]:
    """Yield the places that hold the item of the other document, though both documents have it.

    An item of a list is another one at the same index.
    """
    for finding in compare(old, new).findings:
        for spot in finding.places:
            for whole, place, item in ((old, spot.old, spot.new), (new, spot.new, spot.old)):
                if item.startswith(f"{place}/") and not item[-1].isdigit():
                    with suppress(KeyError):
                        lookup(whole, item)
                        yield f"{finding.rule} at {place}"


def _holder(side: int, sent: Json, **more: Any) -> Json:
    """Return an operation if its request is meant, or a webhook, whose request an app receives."""
    if side:
        return document(openapi="3.1.0", webhooks={"made": {"post": sent}}, **more)
    return document({"/pets/{id}": {"put": {"operationId": "getPet", **sent}}}, **more)


def _operations(fragment: Fragment | None, other: Fragment | None, side: int) -> Json | None:
    given = fragment or {}
    if any(map(_OPERATION.match, {**given, **(other or {})})):
        return None if side else document(_paths(given))
    if "webhooks" in {**given, **(other or {})}:
        return document(openapi="3.1.0", **given) if side else None
    return None if side else _holder(0, given)


def _paths(fragment: Fragment) -> Json:
    """Return the operations of a fragment, by path; their ids are alike."""
    return {
        path: {method.lower(): {"operationId": "getPet", **fields}}
        for key, fields in fragment.items()
        if _OPERATION.match(key)
        for method, path in [key.split(" ")]
    }


def _parameters(fragment: Fragment | None, other: Fragment | None, side: int) -> Json | None:
    if any(map(_OPERATION.match, {**(fragment or {}), **(other or {})})):
        return _operations(fragment, other, side)
    if fragment is None and "name" in (other or {}):
        return _holder(side, {})
    parameter = {**_TAGS, **(fragment or {})}
    if "content" in parameter:
        del parameter["schema"]
    if parameter["in"] != "path":
        return _holder(side, {"parameters": [parameter]})
    path = f"/pets/{{{parameter['name']}}}"
    get = {"operationId": "getPet", "parameters": [parameter]}
    return None if side else document({path: {"get": get}})


def _messages(fragment: Fragment | None, other: Fragment | None, side: int) -> Json:
    given, known = fragment or {}, {**(fragment or {}), **(other or {})}
    if "requestBody" in known:
        if fragment is not None:
            given = {
                "requestBody": {"content": _content(["application/json"]), **given["requestBody"]}
            }
        return _holder(side, given)
    if "responses" in known:
        return _holder(1 - side, {"responses": _responses(given["responses"])})
    if "content" in known and not side:
        return _holder(0, {"requestBody": {"content": _content(given["content"])}})
    content = {"content": _content(given["content"])} if "content" in given else {}
    return _holder(1 - side, {"responses": {"200": {"description": "", **given, **content}}})


def _content(stated: Any) -> Json:
    """Return the content of a body: media types, whose schema is text."""
    types = {name: {} for name in stated} if isinstance(stated, list) else stated
    return {name: {"schema": S, **fields} for name, fields in types.items()}


def _responses(stated: Any) -> Json:
    """Return responses: a list of statuses, each with a class of its own, or whole ones."""
    if isinstance(stated, list):
        own = {"content": {"application/json": {"schema": has(a=S)}}}
        return {str(status): {"description": "", **own} for status in stated}
    return {
        str(status): {"description": "", **{name: _content(each) for name, each in fields.items()}}
        for status, fields in stated.items()
    }


def _schemas(fragment: Fragment | None, _: Fragment | None, side: int) -> Json:
    given = {key: _referring(each, key) for key, each in (fragment or {}).items()}
    named = {key: each for key, each in given.items() if key[0].isupper()}
    schema = holding({key: each for key, each in given.items() if key not in named})
    content = {"content": {"application/json": {"schema": schema}}}
    sent = (
        {"responses": {"200": {"description": "", **content}}} if side else {"requestBody": content}
    )
    return _holder(0, sent, components={"schemas": {**_PETS, **named}})


def _referring(item: Any, key: str = "") -> Any:
    """Return a schema with the names of components as references."""
    if key == "$ref":
        return ref(item)["$ref"]
    if isinstance(item, dict):
        return {name: _referring(each, name) for name, each in item.items()}
    if isinstance(item, list) and key in ("oneOf", "anyOf", "allOf"):
        return [ref(each) if isinstance(each, str) else _referring(each) for each in item]
    return [_referring(each) for each in item] if isinstance(item, list) else item


def _whole(fragment: Fragment | None, other: Fragment | None, side: int) -> Json | None:
    given, known = dict(fragment or {}), {**(fragment or {}), **(other or {})}
    schemes: Json = {"securitySchemes": SCHEMES}
    if known.keys() & {"type", "flows", *FLOW, "refreshUrl"}:
        return None if side else document(components={"securitySchemes": {"it": _scheme(given)}})
    if "securitySchemes" in known:
        schemes = {"securitySchemes": given.pop("securitySchemes", {})}
    if "servers" in given:
        urls = [{"url": each} if isinstance(each, str) else each for each in given["servers"]]
        given["servers"] = urls
    if any(map(_OPERATION.match, known)):
        more = {key: each for key, each in given.items() if not _OPERATION.match(key)}
        return None if side else document(_paths(given), components=schemes, **more)
    if "security" in known:
        return _holder(side, given, components=schemes)
    return None if side else {**_holder(0, {}), "components": schemes, **given}


def _scheme(fragment: Fragment) -> Json:
    """Return a security scheme of these fields, or whose OAuth flow has them."""
    if "type" in fragment:
        return fragment
    flows = fragment.get("flows", {"clientCredentials": fragment})
    return {"type": "oauth2", "flows": {name: {**FLOW, **each} for name, each in flows.items()}}


_SECTIONS = {
    "Operations": _operations,
    "Parameters": _parameters,
    "Bodies, responses, headers": _messages,
    "Values": _schemas,
    "Objects, arrays, alternatives": _schemas,
    "Security, servers, the document": _whole,
}
