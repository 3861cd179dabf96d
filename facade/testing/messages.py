"""HTTP messages: requests, responses, refusals and dropped connections."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, Literal, TypeVar, cast
from urllib.parse import parse_qs

Json = dict[str, Any]
Result = TypeVar("Result")
When = Literal["connecting", "before_work", "after_work", "during_answer"]


@dataclass(frozen=True)
class Request:
    """A received request: the target is not decoded, header names are in lower case.

    `query` and `json` are parsed once; do not modify them.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = b""

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(self.target.partition("?")[2], keep_blank_values=True)

    @cached_property
    def json(self) -> Any:
        """The parsed body; None if it is empty or its Content-Type is not JSON."""
        if not self.body or "json" not in self.headers.get("content-type", ""):
            return None
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise Refusal(400, Ours.NO_JSON.format(error)) from None


@dataclass(frozen=True, slots=True)
class Response:
    """A response; the transport adds the Content-Length."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Received:
    """A received request, for assertions in tests; without the token.

    `path` is not decoded, `body` is parsed JSON, `operation` is None for an unknown path, `status`
    is None if the connection was dropped.
    """

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any
    version: str | None
    operation: str | None
    status: int | None = None


# The seconds to wait before each next step, then the response.
Steps = Iterator[float | Response]
Exchange = Callable[[Request], Steps]
Deliver = Callable[[dict[str, str], bytes], object]


class Refusal(ValueError):
    """An error response, raised if a rule is violated; `name` is its key in `answers`.

    Its body has the message, unless another `body` is given.
    """

    def __init__(
        self, status: int, message: str | list[str], name: str = "", body: Json | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.name = name
        self.body = body


def refused(name: str, *values: object) -> Refusal:
    """Return a refusal of REFUSALS."""
    status, text = REFUSALS[name]
    return Refusal(status, text.format(*values), name)


class DroppedConnectionError(Exception):
    """The exchange ends without a complete response; `reset` sends a RST instead of a FIN."""

    def __init__(self, when: When, *, reset: bool = False) -> None:
        self.when: When = when
        self.reset = reset


def run(steps: Iterator[float | Result]) -> Result:
    """Sleep between the steps of an exchange, and return its response."""
    while isinstance(step := next(steps), int | float):
        time.sleep(step)
    return step


class Ours:
    """Texts that no recording shows: what HighLevel says instead is not known.

    An app must not depend on them; every other text of the sandbox is in openapi/witnesses.
    """

    ASSOCIATION_DELETED = "The association is deleted."
    RELATION_DELETED = "The relation is deleted."
    RELATION_NOT_FOUND = "Relation not found"
    NO_OBJECT_KEY = (
        "{!r} is not an object key: use contact, opportunity, business, task or custom_objects.NAME"
    )
    SYSTEM_DEFINED = "{} is system defined and cannot be changed."
    LIMIT_REACHED = "The limit is reached."
    EMPTY = "{} should not be empty"
    NOT_TEXT = "{} must be a string"
    NOT_A_LIST = "{} must be an array"
    NOT_A_NUMBER = "{} must be an integer number"
    TOO_SMALL = "{} must not be less than {}"
    NO_OBJECT = "The body is not a JSON object."
    NO_JSON = "The body is not JSON: {}"
    RESOLUTION = "See the message."


REFUSALS: dict[str, tuple[int, str]] = {
    "duplicate_key": (400, "Duplicate Association key"),
    "duplicate_labels": (400, "duplicate pair of labels"),
    "equal_labels": (422, "Both object labels can not be same"),
    "invalid_record": (422, "Invalid record id : '{}' for association : {}"),
    "no_such_association": (404, "Association not found"),
    "no_such_key": (400, "Association not found"),
    "no_such_object": (422, Ours.NO_OBJECT_KEY),
    "no_such_relation": (404, Ours.RELATION_NOT_FOUND),
    "relation_exists": (
        400,
        "Could not create relation: duplicate relation of object Ids for given association {}",
    ),
    "relation_limit": (400, "Max relation limit[{}] reached for record[{}] for association[{}]"),
}
"""The refusals that `answers` can replace: status and text."""


def as_object(value: Any) -> Json | None:
    """Return a JSON object, or None for any other JSON value."""
    return cast(Json, value) if isinstance(value, dict) else None


def json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    content_type = {"Content-Type": "application/json; charset=utf-8"}
    return Response(status, json.dumps(body).encode(), {**content_type, **(headers or {})})


def error_body(status: int, message: str | list[str], *, is_nested: bool = False) -> Json:
    """Return the body of an error; a nested one has the form that HighLevel publishes for v3.

    `error` is the reason phrase, if the status has one. The nested `code`, `details` and
    `resolution` are ours.
    """
    if not is_nested:
        error = {"error": reason(status)} if reason(status) else {}
        return {"statusCode": status, "message": message, **error}
    texts = [message] if isinstance(message, str) else message
    code = reason(status).upper().replace(" ", "_").replace("-", "_") or "ERROR"
    more = {"details": {"messages": texts}, "resolution": Ours.RESOLUTION}
    return {"error": {"code": code, "message": "; ".join(texts), **more}}


def reason(status: int) -> str:
    """Return the reason phrase of a status, '' for one without (such as 520 to 527)."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")
