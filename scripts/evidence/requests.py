"""The requests that a probe can send: one of each operation, and what they are made of."""

from collections.abc import Mapping
from typing import Any, NamedTuple

PREFIX = "probe_delete_me_"  # of the key of each association that is created
LOCATION = {"locationId": "{location}"}
PAGE = {**LOCATION, "skip": 0, "limit": 100}
ENDS = {"firstObjectKey": "contact", "secondObjectKey": "contact"}
LABELS = {"firstObjectLabel": "First {key}", "secondObjectLabel": "Second {key}"}
ASSOCIATION = {**LOCATION, "key": "{key}", **ENDS, **LABELS}
RECORDS = {"firstRecordId": "{first}", "secondRecordId": "{second}"}
RELATION = {**LOCATION, "associationId": "{association}", **RECORDS}
NO_ID = "0" * 24


class ProbeRequest(NamedTuple):
    """An operation of the contract, or `METHOD /path`, with its path parameter, query and body.

    Words in braces stand for values of the run, such as {association}.
    """

    operation: str
    argument: str = ""
    query: Mapping[str, Any] | None = None
    body: Mapping[str, Any] | None = None
    version: str = ""

    def filled(self, values: Mapping[str, str]) -> "ProbeRequest":
        return ProbeRequest(*(_filled(each, values) for each in self))


def _filled(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return value.format_map(values)
    if isinstance(value, Mapping):
        return {name: _filled(each, values) for name, each in value.items()}
    return [_filled(each, values) for each in value] if isinstance(value, list) else value


_LABELS = {"firstObjectLabel": "New {key}", "secondObjectLabel": "Newer {key}"}
CALLS = {
    each.operation: each
    for each in (
        ProbeRequest("list_associations", query=PAGE),
        ProbeRequest("get_association", "{association}"),
        ProbeRequest("get_association_by_key", "{key}", LOCATION),
        ProbeRequest("list_associations_by_object_key", "contact", LOCATION),
        ProbeRequest("list_relations", "{record}", PAGE),
        ProbeRequest("update_association", "{association}", body=_LABELS),
        ProbeRequest("create_relation", body=RELATION),
        ProbeRequest("delete_relation", "{relation}", LOCATION),
        ProbeRequest("delete_association", "{association}"),
    )
}
