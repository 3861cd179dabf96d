"""The errors of the client, as one tree.

AssociationsError
├── APIConnectionError              no response came
│   ├── APITimeoutError             not in time
│   │   └── DeadlineError           the call's deadline left no time to send the request
│   ├── ConnectFailedError          no connection was made, so nothing was done
│   ├── ConnectionLostError         the connection broke; the request may have been carried out
│   └── ResponseTooLargeError       the response is longer than the client reads
├── APIStatusError                  the status of the response is not a success
│   ├── BadRequestError             400
│   │   ├── DuplicateAssociationError  the key is in use; 400, 409 or 422
│   │   ├── DuplicateRelationError  the two records are related already; 400, 409 or 422
│   │   └── RelationLimitError      a record has as many relations as it may have
│   ├── AuthenticationError         401
│   │   ├── MissingScopeError       the token lacks a scope
│   │   ├── TokenTypeError          the token is an agency's, not a sub-account's
│   │   └── VersionHeaderError      the Version header is not accepted; 401 or 400
│   ├── PermissionDeniedError       403
│   │   ├── EdgeRefusalError        the network in front of HighLevel refuses the client
│   │   └── LocationAccessError     the token has no access to the location
│   ├── NotFoundError               404, or a 400 that says so
│   ├── UnprocessableEntityError    422
│   │   ├── InvalidRecordError      a record is not one of the object on its side
│   │   └── EqualLabelsError        both labels are the same
│   ├── RateLimitError              429: too many in a short time
│   │   └── DailyLimitError         too many in a day
│   └── ServerError                 5xx
├── ContractError                   a success whose body does not hold what was asked for
└── AssociationConflictError        the key belongs to an association of other objects

All of them can be pickled. None holds the token.
"""

from collections.abc import Mapping
from typing import Any, cast


class AssociationsError(Exception):
    """Base of all errors of this client.

    `repeated` is True where the outcome of an earlier attempt of the same call is unknown.
    `attempts` is how many requests of the call were sent or tried, and `elapsed` the seconds from
    the first one to this error; both are 0 where none was.
    """

    def __init__(self, message: str, *, method: str = "", path: str = "") -> None:
        # Only `message` is positional: pickle calls the class with it and restores the rest.
        super().__init__(message)
        self.method = method
        self.path = path
        self.repeated = False
        self.attempts = 0
        self.elapsed = 0.0

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out although the call failed."""
        return False


class APIConnectionError(AssociationsError):
    """No response came."""

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: unless no connection was made."""
        return not isinstance(self, ConnectFailedError)


class APITimeoutError(APIConnectionError):
    """No response came in time."""


class DeadlineError(APITimeoutError):
    """The call's own deadline left no time to send the request, or to send it again."""

    @property
    def outcome_unknown(self) -> bool:
        """Whether an earlier attempt may have been carried out; this one was not sent."""
        return self.repeated


class ConnectFailedError(APIConnectionError):
    """No connection was made, so nothing was done."""


class ConnectionLostError(APIConnectionError):
    """The connection broke before the response was complete."""


class ResponseTooLargeError(APIConnectionError):
    """The response is longer than the client's `max_response_bytes`."""


class _ResponseError(AssociationsError):
    """A response came, and is kept: status, headers, and the body as JSON or else as text."""

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
        """The id by which HighLevel's support finds this response; None if it has none."""
        found = _field(self.body, "traceId")
        return found if isinstance(found, str) else None


class APIStatusError(_ResponseError):
    """The status of the response is not a success; `messages` are HighLevel's reasons.

    `retry_after` is the seconds to wait before the next attempt, where the response says so.
    """

    retry_after: float | None = None

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: not if it is refused, except by a 408."""
        return self.status_code == 408

    @property
    def messages(self) -> tuple[str, ...]:
        """HighLevel's own sentences; empty if the body is not one of its error bodies."""
        return messages_of(self.body)


class BadRequestError(APIStatusError):
    """400: refused, such as a duplicate relation or a relation limit."""


class DuplicateAssociationError(BadRequestError):
    """The key belongs to an association already; the status may be 409 or 422, too."""


class DuplicateRelationError(BadRequestError):
    """The two records are related under this association already; may be 409 or 422, too."""


class RelationLimitError(BadRequestError):
    """A record has as many relations under this association as it may have."""


class AuthenticationError(APIStatusError):
    """401: the token, its scope or the Version header is not accepted."""


class MissingScopeError(AuthenticationError):
    """The token lacks the scope of this operation: README.md has a table of them."""


class TokenTypeError(AuthenticationError):
    """The token belongs to an agency or its app, and the operation needs a sub-account's.

    Another token of the same kind does not help, nor does another scope.
    """


class VersionHeaderError(AuthenticationError):
    """The Version header is not accepted; the status may be 400, too."""


class PermissionDeniedError(APIStatusError):
    """403: the token may not do this."""


class EdgeRefusalError(PermissionDeniedError):
    """The network in front of HighLevel refuses the client (error 1010), not its token.

    It judges by the User-Agent and by the address that requests come from.
    """


class LocationAccessError(PermissionDeniedError):
    """The token has no access to the location."""


class NotFoundError(APIStatusError):
    """404, or a 400 that says so: there is nothing with this id or key."""


class UnprocessableEntityError(APIStatusError):
    """422: well-formed and still refused; the messages say why."""

    @property
    def outcome_unknown(self) -> bool:
        """Whether the message is an unknown one, behind which may be a success.

        HighLevel's contacts API has carried out requests that it refused this way. A known
        message, or one that lists fields, means that nothing was done.
        """
        lists_fields = isinstance(_field(self.body, "message"), list)
        return type(self) is UnprocessableEntityError and not lists_fields


class InvalidRecordError(UnprocessableEntityError):
    """A record is not of the object on its side; HighLevel does not swap the records.

    The sides are those of the association that HighLevel returned.
    """


class EqualLabelsError(UnprocessableEntityError):
    """Both labels are the same."""


class RateLimitError(APIStatusError):
    """429: too many requests for this location in a short time."""


class DailyLimitError(RateLimitError):
    """429: too many requests for this location in a day; another attempt now does not help."""


class ServerError(APIStatusError):
    """5xx: HighLevel, or the network in front of it, failed."""

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: it may."""
        return True


class ContractError(_ResponseError):
    """A success whose body does not hold what was asked for; the body is kept.

    Only reads raise it: a write is believed by its status, and looked up.
    """

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: its status says so."""
        return True


class AssociationConflictError(AssociationsError):
    """The key belongs to an association of other objects than the ones given."""


def messages_of(body: Any) -> tuple[str, ...]:
    """Return the sentences of an error body, where `message` is a text or a list of texts."""
    message = _field(body, "message")
    found = cast("list[object]", message) if isinstance(message, list) else [message]
    return tuple(text for text in found if isinstance(text, str))


def _field(body: object, name: str) -> object:
    return cast("dict[str, object]", body).get(name) if isinstance(body, dict) else None
