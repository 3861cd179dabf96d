"""The probe's requests, sent through the facade's transport without exposing the token."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from facade import APIConnectionError, APIStatusError, AssociationsClient, LocalPace
from facade._core.http import Transport
from facade._core.mapping import parse_body
from facade._core.operations import OPERATIONS, VERSIONS
from facade.observe import Recorder
from scripts.errors import CannotRunError

_RETRIES = 2  # few, because a person waits
_CALLS = 80  # in ten seconds, of the allowed 100: leaves room for a running app

PREFIX = "probe_delete_me_"  # of the key of each association that is created
LOCATION = {"locationId": "{location}"}
PAGE = {**LOCATION, "skip": "{skip}", "limit": 100}
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


@dataclass(frozen=True)
class Target:
    """What is probed, and what the probe may do."""

    token: str = field(repr=False)
    location_id: str
    base_url: str
    versions: Sequence[str] = VERSIONS
    write: bool = False
    exhaust: bool = False
    records: Sequence[str] | None = None  # ids of two contacts to relate
    say: Callable[[str], None] = print  # gets what the user must do by hand
    transport: Transport | None = None  # for tests


@dataclass(frozen=True)
class Reply:
    """The response to a request; `body` is text if it is not JSON, `refusal` the facade's class."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""  # what a refusal says
    refusal: str = ""

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def objects(self, *fields: str) -> Iterator[dict[str, Any]]:
        """Yield all objects with these fields in the body of a success, at any place."""
        found = _objects(self.body) if self.is_success else ()
        return (each for each in found if each.keys() >= set(fields))

    def ids(self, **fields: str) -> list[str]:
        """Return the ids of all objects that have these values."""
        found = (each for each in self.objects("id") if each.items() >= fields.items())
        return [each["id"] for each in found if isinstance(each["id"], str)]


class ProbeClient(ExitStack):
    """Clients for each Version that share a pace; `record` gets what is evidence."""

    def __init__(self, target: Target, record: Recorder | None) -> None:
        super().__init__()
        self.sent = 0
        self.target = target
        first, second = target.records or (f"{PREFIX}first", f"{PREFIX}second")
        ids = {"location": target.location_id, "first": first, "second": second, "record": first}
        self._values = {"skip": "0", **ids}
        self._record = record
        self._pace = LocalPace(calls=_CALLS)
        self._clients: dict[tuple[str, bool, bool], AssociationsClient] = {}

    def send(
        self,
        request: ProbeRequest,
        version: str = "",
        values: Mapping[str, str] | None = None,
        *,
        is_evidence: bool = True,
        unlimited: bool = False,
    ) -> Reply:
        """Send a request with values, under the first Version by default; return the reply to it.

        `unlimited` may exceed the rate limit. Raises CannotRunError if there is no response, or
        a setting is malformed.
        """
        self.sent += 1
        request = request.filled({**self._values, **(values or {})})
        known = OPERATIONS.get(request.operation)
        method, _, path = request.operation.partition(" ")
        if known is not None:
            method, path = known.method, known.path
        path = re.sub(r"\{\w+\}", lambda _: quote(request.argument, safe=""), path)
        version = request.version or version or self.target.versions[0]
        try:
            http = self._client(version, is_evidence, unlimited).api.get_httpx_client()
            response = http.request(method, path, params=request.query, json=request.body)
        except APIStatusError as error:
            said = error.body if isinstance(error.body, str) else ""
            text = "; ".join(error.messages) or error.code or said
            headers, refusal = dict(error.headers), type(error).__name__
            return Reply(error.status_code, error.body, headers, text, refusal)
        except APIConnectionError as error:
            raise CannotRunError(f"no response: {type(error).__name__}; run it again") from error
        except ValueError as error:  # of a setting: the address, the token, the location
            raise CannotRunError(str(error)) from error
        return Reply(response.status_code, parse_body(response.content), dict(response.headers))

    def _client(self, version: str, is_evidence: bool, unlimited: bool) -> AssociationsClient:
        key = (version, is_evidence, unlimited)
        if key not in self._clients:
            client = AssociationsClient(
                self.target.token,
                self.target.location_id,
                base_url=self.target.base_url,
                transport=self.target.transport,
                on_event=self._record if is_evidence else None,
                pace=None if unlimited else self._pace,
                retries=0 if unlimited else _RETRIES,
                version=version,
            )
            self._clients[key] = self.enter_context(client)
        return self._clients[key]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = [*value.values()]
    for each in value if isinstance(value, list) else ():
        yield from _objects(each)
