"""What goes over the wire, as plain values: a request, an answer, a refusal, a lost connection."""

import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, Literal, cast
from urllib.parse import parse_qs

Json = dict[str, Any]
When = Literal["connecting", "before_work", "after_work", "during_answer"]


@dataclass(frozen=True)
class Request:
    """Hold one request as it came: the target undecoded, header names in lower case.

    What is read out of it is read once, and only looked at.
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
        """Parse the body; None when there is none, or none that calls itself JSON."""
        if not self.body or "json" not in self.headers.get("content-type", ""):
            return None
        try:
            return json.loads(self.body, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise Refusal(400, f"The body is not JSON: {error}") from None


@dataclass(frozen=True, slots=True)
class Response:
    """Hold one answer; the length of its body is the transport's business."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Received:
    """Tell an app's test what reached the sandbox; never the token.

    `path` is undecoded, `body` parsed JSON, `operation` None for an unknown path,
    `status` None when the connection was dropped.
    """

    method: str
    path: str
    query: Mapping[str, list[str]]
    body: Any
    version: str | None
    operation: str | None
    status: int | None = None


# Yields the seconds to wait before it goes on; the one who drives it does the waiting.
Exchange = Callable[[Request], Generator[float, None, Response]]


class Refusal(Exception):
    """Carry an error answer from wherever a rule was broken to where it is written."""

    def __init__(self, status: int, message: str | list[str]) -> None:
        super().__init__(status, message)
        self.status = status
        self.message = message


class ConnectionLostError(Exception):
    """Say that the exchange ends without a whole answer; `reset` is a RST instead of a FIN."""

    def __init__(self, when: When, *, reset: bool = False) -> None:
        super().__init__(when)
        self.when: When = when
        self.reset = reset


def as_object(value: Any) -> Json | None:
    """Take a JSON value for an object; None when it is anything else."""
    return cast(Json, value) if isinstance(value, dict) else None


def json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    content_type = {"Content-Type": "application/json; charset=utf-8"}
    return Response(status, json.dumps(body).encode(), {**content_type, **(headers or {})})


def error_body(status: int, message: str | list[str]) -> Json:
    """Give the body of an error; `error` is the status' name, where it has one."""
    body: Json = {"statusCode": status, "message": message}
    return body | ({"error": reason(status)} if reason(status) else {})


def reason(status: int) -> str:
    """Name a status; the edge's own (520 to 527) have no name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")
