"""Everything that can go wrong, as one tree.

AssociationsError
├── APIConnectionError              no answer came
│   ├── APITimeoutError             not in time
│   │   └── DeadlineError           the call's deadline left no time to send it
│   ├── ConnectFailedError          no connection was made, so nothing was done
│   └── ConnectionLostError         the connection broke; what was asked may have been done
├── APIStatusError                  an answer came, and it is not a success
│   ├── BadRequestError             400
│   │   ├── DuplicateRelationError  the two records are joined already
│   │   └── RelationLimitError      a record has as many relations as it may have
│   ├── AuthenticationError         401
│   │   ├── MissingScopeError       the token lacks a scope
│   │   └── VersionHeaderError      the Version header is not accepted
│   ├── PermissionDeniedError       403
│   │   └── LocationAccessError     the token has no access to the location
│   ├── NotFoundError               404, or a 400 that says so
│   ├── UnprocessableEntityError    422
│   │   ├── InvalidRecordError      a record is not one of the object on its side
│   │   └── EqualLabelsError        both labels are the same
│   ├── RateLimitError              429: too many in a short time
│   │   └── DailyLimitError         too many in a day
│   └── ServerError                 5xx
├── ContractError                   a success whose body is not what the contract says
└── AssociationConflictError        the key belongs to an association of other objects

All of them pickle. None carries the token.
"""

from collections.abc import Mapping
from typing import Any, cast


class AssociationsError(Exception):
    """Anything that goes wrong between this client and HighLevel's Associations API.

    `repeated` tells that an earlier attempt of the same call had an outcome nobody knows.
    """

    def __init__(self, message: str, *, method: str = "", path: str = "") -> None:
        # Only `message` is positional: pickle calls the class with it and restores the rest.
        super().__init__(message)
        self.method = method
        self.path = path
        self.repeated = False

    @property
    def outcome_unknown(self) -> bool:
        """Tell whether what was asked may have been done all the same."""
        return False


class APIConnectionError(AssociationsError):
    """No answer came."""

    @property
    def outcome_unknown(self) -> bool:
        """Tell whether what was asked may have been done: unless no connection was made."""
        return not isinstance(self, ConnectFailedError)


class APITimeoutError(APIConnectionError):
    """No answer came in time."""


class DeadlineError(APITimeoutError):
    """The call's own deadline left no time to send it, or to send it again."""

    @property
    def outcome_unknown(self) -> bool:
        """Tell whether an earlier attempt may have done what was asked; this one was not made."""
        return self.repeated


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
    """An answer came, and it is not a success; `messages` is what HighLevel says about it.

    `retry_after` is the seconds to wait before trying again, where the answer says so.
    """

    retry_after: float | None = None

    @property
    def messages(self) -> tuple[str, ...]:
        """Give HighLevel's own sentences; empty when the body is not one of its error bodies."""
        return messages_of(self.body)


class BadRequestError(APIStatusError):
    """400: refused, such as a duplicate relation or a relation limit."""


class DuplicateRelationError(BadRequestError):
    """The two records are joined under this association already."""


class RelationLimitError(BadRequestError):
    """A record has as many relations under this association as it may have."""


class AuthenticationError(APIStatusError):
    """401: the token, its scope or the Version header is not accepted."""


class MissingScopeError(AuthenticationError):
    """The token lacks the scope of this operation; README.md lists them."""


class VersionHeaderError(AuthenticationError):
    """The Version header is not accepted."""


class PermissionDeniedError(APIStatusError):
    """403: the token may not do this."""


class LocationAccessError(PermissionDeniedError):
    """The token has no access to the location."""


class NotFoundError(APIStatusError):
    """404, or a 400 that says so: there is nothing with this id or key."""


class UnprocessableEntityError(APIStatusError):
    """422: well-formed and still refused; the messages say why."""

    @property
    def outcome_unknown(self) -> bool:
        """Tell whether the refusal is odd: relations have been made under such.

        What is known, or names fields in a list, is a refusal and nothing else.
        """
        fields = isinstance(_field(self.body, "message"), list)
        return type(self) is UnprocessableEntityError and not fields


class InvalidRecordError(UnprocessableEntityError):
    """A record is not one of the object on its side; HighLevel does not swap them."""


class EqualLabelsError(UnprocessableEntityError):
    """Both labels are the same."""


class RateLimitError(APIStatusError):
    """429: too many requests for this location in a short time."""


class DailyLimitError(RateLimitError):
    """Too many requests for this location in a day: trying again now is of no use."""


class ServerError(APIStatusError):
    """5xx: HighLevel or the network before it has a problem."""

    @property
    def outcome_unknown(self) -> bool:
        """Tell whether what was asked may have been done: it may."""
        return True


class ContractError(_AnswerError):
    """A success whose body is not what the contract says; the body is kept."""

    @property
    def outcome_unknown(self) -> bool:
        """Tell whether what was asked may have been done: the status says so."""
        return True


class AssociationConflictError(AssociationsError):
    """The key belongs to an association of other objects than those asked for."""


def messages_of(body: Any) -> tuple[str, ...]:
    """Read the sentences of an error body, where `message` is a text or a list of texts."""
    message = _field(body, "message")
    found = cast("list[object]", message) if isinstance(message, list) else [message]
    return tuple(text for text in found if isinstance(text, str))


def _field(body: object, name: str) -> object:
    return cast("dict[str, object]", body).get(name) if isinstance(body, dict) else None
