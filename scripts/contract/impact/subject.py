"""The subject of a finding, in the names of generated code and of the facade."""

import re
from typing import NamedTuple

from scripts.diff.findings import Finding
from scripts.diff.names import python_name
from scripts.openapi.documents import Document
from scripts.openapi.pointers import lookup, parent, unescape
from scripts.openapi.references import local_target

_PROPERTY = re.compile(r"/properties/([^/]+)")
_PARAMETER = re.compile(r".*?/parameters/[^/]+")
_MUST_BE_SENT = frozenset(
    "property-added-required property-became-required parameter-added-required "
    "parameter-became-required".split()
)


class Subject(NamedTuple):
    """A parameter or a property, by its snake_case name; empty for an operation."""

    name: str = ""
    location: str = ""  # of a parameter: path, query, header, cookie
    is_sent: bool = False  # an app sends it
    must_be_sent: bool = False  # requests without it break

    @property
    def is_received_only(self) -> bool:
        """Whether it is a property that apps only receive."""
        return bool(self.name) and not self.is_sent


def subject_of(finding: Finding, old: Document, new: Document) -> Subject:
    """Return the subject of a finding between two documents."""
    spot = finding.places[0]
    is_sent = finding.directions != ["response"]
    must_be_sent = finding.rule in _MUST_BE_SENT
    for pointer, document in ((spot.new, new), (spot.old, old)):
        if found := _parameter(pointer, document):
            return Subject(*found, is_sent, must_be_sent)
        if name := _listed_as_required(pointer, document):
            return Subject(name, "", is_sent, must_be_sent)
    return Subject(_property(finding), "", is_sent, must_be_sent)


def _parameter(pointer: str, document: Document) -> tuple[str, str] | None:
    """Return name and location of the parameter that contains a pointer."""
    holder = _PARAMETER.match(pointer)
    if holder is None:
        return None
    try:
        found = lookup(document, holder.group())
        if isinstance(found, dict) and isinstance(found.get("$ref"), str):
            found = local_target(document, found["$ref"])
    except KeyError:
        return None
    if not (isinstance(found, dict) and isinstance(found.get("name"), str)):
        return None
    return python_name(found["name"]), str(found.get("in"))


def _listed_as_required(pointer: str, document: Document) -> str:
    """Return the property that an item of `required` names; empty for any other pointer."""
    if parent(pointer).endswith("/required"):
        try:
            return python_name(str(lookup(document, pointer)))
        except KeyError:
            pass
    return ""


def _property(finding: Finding) -> str:
    steps = _PROPERTY.findall(finding.pointer)
    return python_name(unescape(steps[-1])) if steps else ""
