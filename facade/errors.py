"""Everything that can go wrong, as one tree.

AssociationsError
├── APIConnectionError              no answer came
│   ├── APITimeoutError             not in time
│   ├── ConnectFailedError          no connection was made, so nothing was done
│   └── ConnectionLostError         the connection broke; what was asked may have been done
├── APIStatusError                  an answer came, and it is not a success
│   ├── BadRequestError             400
│   ├── AuthenticationError         401
│   ├── PermissionDeniedError       403
│   ├── NotFoundError               404, or a 400 that says so
│   ├── UnprocessableEntityError    422
│   ├── RateLimitError              429
│   └── ServerError                 5xx
└── ContractError                   a success whose body is not what the contract says

All of them pickle. None carries the token.
"""

import json
from collections.abc import Mapping
from typing import Any, cast


class AssociationsError(Exception):
    """Anything that goes wrong between this client and HighLevel's Associations API."""

    def __init__(self, message: str, *, method: str = "", path: str = "") -> None:
        # Only `message` is positional: pickle calls the class with it and restores the rest.
        super().__init__(message)
        self.method = method
        self.path = path


class APIConnectionError(AssociationsError):
    """No answer came."""


class APITimeoutError(APIConnectionError):
    """No answer came in time."""


class ConnectFailedError(APIConnectionError):
    """No connection was made, so nothing was done."""


class ConnectionLostError(APIConnectionError):
    """The connection broke before the answer was whole; what was asked may have been done."""


class _AnswerError(AssociationsError):
    """An answer came, and is kept: status, headers, and the body as JSON or else as text."""

    def __init__(
        self,
        message: str,
        *,
        method: str = "",
        path: str = "",
        status_code: int = 0,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> None:
        super().__init__(message, method=method, path=path)
        self.status_code = status_code
        self.headers = dict(headers or {})
        self.body = body

    @property
    def trace_id(self) -> str | None:
        """Name the one answer, for HighLevel's support."""
        found = _field(self.body, "traceId")
        return found if isinstance(found, str) else None


class APIStatusError(_AnswerError):
    """An answer came, and it is not a success; `messages` is what HighLevel says about it."""

    @property
    def messages(self) -> tuple[str, ...]:
        """Give HighLevel's own sentences; empty when the body is not one of its error bodies."""
        return messages_of(self.body)


class BadRequestError(APIStatusError):
    """400: refused, such as a duplicate relation or a relation limit."""


class AuthenticationError(APIStatusError):
    """401: the token, its scope or the Version header is not accepted."""


class PermissionDeniedError(APIStatusError):
    """403: the token has no access to the location."""


class NotFoundError(APIStatusError):
    """404, or a 400 that says so: there is nothing with this id or key."""


class UnprocessableEntityError(APIStatusError):
    """422: well-formed and still refused; the messages say why."""


class RateLimitError(APIStatusError):
    """429: too many requests for this location."""


class ServerError(APIStatusError):
    """5xx: HighLevel or the network before it has a problem."""


class ContractError(_AnswerError):
    """A success whose body is not what the contract says; the body is kept."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def class_for(status_code: int, messages: tuple[str, ...]) -> type[APIStatusError]:
    """Choose the class for a status and what the body says: HighLevel has no machine codes."""
    if status_code == 400 and any("not found" in message.lower() for message in messages):
        return NotFoundError
    if status_code >= 500:
        return ServerError
    return _BY_STATUS.get(status_code, APIStatusError)


def messages_of(body: Any) -> tuple[str, ...]:
    """Read the sentences of an error body, where `message` is a text or a list of texts."""
    message = _field(body, "message")
    found = cast("list[object]", message) if isinstance(message, list) else [message]
    return tuple(text for text in found if isinstance(text, str))


def _field(body: object, name: str) -> object:
    return cast("dict[str, object]", body).get(name) if isinstance(body, dict) else None


def parse_body(content: bytes) -> Any:
    """Read a body as JSON, or else as text, such as the HTML of an outage."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode(errors="replace")


def status_error(
    status_code: int, *, method: str, path: str, headers: Mapping[str, str], content: bytes
) -> APIStatusError:
    """Make the error for an answer that is not a success."""
    body = parse_body(content)
    messages = messages_of(body)
    said = "; ".join(messages) or "the answer does not say why"
    return class_for(status_code, messages)(
        f"{method} {path} answered {status_code}: {said}",
        method=method,
        path=path,
        status_code=status_code,
        headers=headers,
        body=body,
    )
