"""What a finding is about, and what it breaks of what the facade sends and reads."""

import re
from contextlib import suppress
from enum import Enum
from typing import NamedTuple

from scripts.contract.impact.facade import Need
from scripts.diff.findings import Finding
from scripts.diff.names import class_name, python_name
from scripts.openapi.documents import Document
from scripts.openapi.nodes import Node, object_at
from scripts.openapi.paths import Operation
from scripts.openapi.pointers import lookup, parent, unescape
from scripts.openapi.references import Source, followed

_JSON = "application/json"
_TOKENS = ("oauth2", "openIdConnect")
_PROPERTY = re.compile(r"/properties/([^/]+)")
_PARAMETER = re.compile(r".*?/parameters/[^/]+")
_MUST_BE_SENT = frozenset(
    "property-added-required property-became-required parameter-added-required "
    "parameter-became-required".split()
)

# Rules by their beginnings. What the new operation must still take or answer decides these.
_OF_ANSWER = ("success-", "response-body-", "media-type")
_OF_BODY = ("request-body-", "media-type")
_OF_SECURITY = ("security-", "http-scheme-", "api-key-")
# The facade takes errors by their texts and headers if they come, and it is not called back.
_NOT_NEEDED = (
    *("error-response-", "response-header-", "header-", "links-", "callback-", "webhook-"),
    *("oauth-", "openid-", "server-", "path-parameter-renamed", "encoding-"),
)
# The facade passes on values of the same JSON type, whatever they are.
_OF_VALUES = (
    *("pattern-", "min-", "max-", "minimum-", "maximum-", "multiple-of-"),
    *("unique-items-", "default-", "content-encoding-", "condition-", "dependent-required-"),
    *("additional-properties-", "parameter-empty-", "enum-values-"),
)
_TYPED = ("enum-", "format-")  # values of another class or type in generated code
# Generated code takes what it took before.
_WIDER = (
    *("type-widened", "became-nullable", "enum-removed", "format-removed", "items-untyped"),
    *("alternatives-removed", "alternative-added", "all-of-removed", "parameter-became-optional"),
)
_OF_CLASSES = ("model-", "title-changed", "alternative-class-")


class Break(Enum):
    """Who must change something after a finding."""

    NONE = "nobody"
    APPS = "apps that pass what is refused now"
    CODE = "the facade"


class Subject(NamedTuple):
    """A parameter or a property, by its snake_case name; empty for an operation."""

    name: str = ""
    location: str = ""  # of a parameter: path, query, header, cookie
    is_sent: bool = False  # an app sends it
    must_be_sent: bool = False  # requests without it break

    @property
    def is_received_only(self) -> bool:
        return bool(self.name) and not self.is_sent


def subject_of(finding: Finding, old: Document, new: Document) -> Subject:
    how = finding.directions != ["response"], finding.rule in _MUST_BE_SENT
    for pointer, document in zip(reversed(finding.places[0]), (new, old), strict=True):
        with suppress(KeyError):
            if holder := _PARAMETER.match(pointer):
                found = followed(document, lookup(document, holder.group()))
                if isinstance(found, dict) and isinstance(found.get("name"), str):
                    return Subject(python_name(found["name"]), str(found.get("in")), *how)
            elif parent(pointer).endswith("/required"):
                return Subject(python_name(str(lookup(document, pointer))), "", *how)
    steps = _PROPERTY.findall(finding.pointer)
    return Subject(python_name(unescape(steps[-1])) if steps else "", "", *how)


def broken(
    finding: Finding, subject: Subject, need: Need, operation: Operation | None, source: Source
) -> Break:
    """Return what a finding breaks; `operation` is the new one, in the document of `source`."""
    rule = finding.rule
    is_harmless = "breaking" not in (finding.wire, finding.sdk) and finding.wire != "risky"
    if is_harmless or rule.startswith(_NOT_NEEDED):
        return Break.NONE
    if rule.startswith(_OF_CLASSES):
        return _of(_lacks_class(finding, subject, need))
    if operation is not None and rule.startswith((*_OF_ANSWER, *_OF_BODY)):
        is_whole = not rule.startswith(_OF_ANSWER) or _answers(source, operation, need)
        takes = not rule.startswith(_OF_BODY) or _takes(source, operation, need)
        return _of(not (is_whole and takes))
    if rule.startswith("security-scope-"):
        return Break.APPS
    if operation is not None and rule.startswith(_OF_SECURITY):
        return _of(not _takes_token(source, operation))
    return _of_subject(finding, subject, need)


def _of_subject(finding: Finding, subject: Subject, need: Need) -> Break:
    if finding.directions == ["response"]:
        is_read = subject.name in need.reads if subject.name else bool(need.reads)
        return _of(is_read and not is_of_values(finding) and finding.wire != "safe")
    if finding.wire == "safe" and (is_of_values(finding) or finding.rule.startswith(_WIDER)):
        return Break.NONE
    is_in_path = subject.location == "path"
    is_always_sent = not subject.name or is_in_path or subject.name in need.sends
    if subject.must_be_sent:
        return _of(not is_always_sent or (is_in_path and finding.rule.endswith("added-required")))
    if finding.rule.startswith("default-"):  # concerns what is not sent
        return Break.NONE if is_always_sent and subject.name else Break.APPS
    if not is_always_sent and subject.name not in need.may_send:
        return Break.NONE
    return Break.APPS if is_of_values(finding) else Break.CODE


def is_of_values(finding: Finding) -> bool:
    """Return whether a finding concerns only which values come, or may be sent."""
    is_received = finding.directions == ["response"]
    is_typed = finding.rule.startswith(_TYPED) and finding.sdk == "breaking" and not is_received
    return finding.rule.startswith((*_OF_VALUES, *_TYPED)) and not is_typed


def _of(is_broken: bool) -> Break:
    return Break.CODE if is_broken else Break.NONE


def _lacks_class(finding: Finding, subject: Subject, need: Need) -> bool:
    """Return whether a generated class of a body has another name, or is not made."""
    if finding.directions == ["response"] or not need.classes:
        return False
    named = finding.before if isinstance(finding.before, list) else [finding.before]
    if finding.rule in ("model-renamed", "model-inlined", "model-removed"):
        return any(class_name(str(each)) in need.classes for each in named)
    return not subject.name or subject.name in need.sends | need.may_send


def _answers(source: Source, operation: Operation, need: Need) -> bool:
    """Return whether an operation succeeds with a 2xx, and with a body if it is read."""
    listed = operation.node.get("responses")
    return any(
        status.startswith("2") and (not need.reads or _has_json(source.resolve(response)[0]))
        for status, response in (listed.members() if listed is not None else ())
    )


def _takes(source: Source, operation: Operation, need: Need) -> bool:
    """Return whether an operation takes the body that is sent, or needs none."""
    stated = operation.node.get("requestBody")
    body = source.resolve(stated)[0] if stated is not None else None
    if not need.classes:
        return body is None or body.value.get("required") is not True
    return body is not None and _has_json(body)


def _has_json(holder: Node) -> bool:
    return any(name.startswith(_JSON) for name in object_at(holder.value, "content"))


def _takes_token(source: Source, operation: Operation) -> bool:
    """Return whether an operation accepts a bearer token alone, or nothing."""
    stated = operation.node.get("security") or source.root.get("security")
    schemes = object_at(object_at(source.root.value, "components"), "securitySchemes")
    alternatives = stated.value if stated is not None else []
    return not alternatives or any(
        all(_is_token(schemes.get(name)) for name in each) for each in alternatives
    )


def _is_token(scheme: object) -> bool:
    if not isinstance(scheme, dict):
        return False
    is_bearer = scheme.get("type") == "http" and str(scheme.get("scheme")).lower() == "bearer"
    return is_bearer or scheme.get("type") in _TOKENS
