"""The errors of the client, as one tree below AssociationsError.

All of them can be pickled. None holds the token.
"""

from collections.abc import Mapping
from typing import Any, cast

from facade._core.reasons import read_reasons


class AssociationsError(Exception):
    """Base of all errors of this client.

    `repeated` is True if the outcome of an earlier attempt of the same call is unknown. `attempts`
    is how often the call sent its request or tried to, without the lookups of a creation; 0 if it
    did not. `elapsed` is the seconds from its start to this error. `advice` is what to do, the
    end of its text; it is empty if the text says it.
    """

    def __init__(self, message: str, *, method: str = "", path: str = "") -> None:
        # Only `message` is positional: pickle passes it to the class and restores the attributes.
        super().__init__(message)
        self.method = method
        self.path = path
        self.repeated = False
        self.attempts = 0
        self.elapsed = 0.0
        self.advice = ""

    def __str__(self) -> str:
        return " - ".join(filter(None, [super().__str__(), self.advice]))

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out although the call failed."""
        return False


class APIConnectionError(AssociationsError):
    """No response was received."""

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: True unless no connection was made."""
        return not isinstance(self, ConnectFailedError)


class APITimeoutError(APIConnectionError):
    """No response was received in time."""


class DeadlineError(APITimeoutError):
    """The deadline of the call left no time to send the request, or to retry it."""

    @property
    def outcome_unknown(self) -> bool:
        """Whether an earlier attempt may have been carried out; this one was not sent."""
        return self.repeated


class ConnectFailedError(APIConnectionError):
    """No connection was made, so nothing was done."""


class ConnectionLostError(APIConnectionError):
    """The connection broke; the request may have been carried out."""


class ResponseTooLargeError(APIConnectionError):
    """The response is longer than the client's `max_response_bytes`."""


class _ResponseError(AssociationsError):
    """An error with a response: status, headers, and the body as parsed JSON or as text."""

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
        """The `traceId` of the response, for HighLevel's support; None if it has none."""
        found = _field(self.body, "traceId")
        return found if isinstance(found, str) else None


class APIStatusError(_ResponseError):
    """The status of the response is not a success; `messages` are HighLevel's reasons.

    The class follows HighLevel's text or code; without a known one the status, of which the body
    may name a more specific one than the 400 of the response.
    `retry_after` is the number of seconds to wait before a retry; None if the response has none.
    """

    retry_after: float | None = None

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: True only for a 408."""
        return self.status_code == 408

    @property
    def messages(self) -> tuple[str, ...]:
        """HighLevel's messages; empty if the body is not one of its error bodies."""
        return read_reasons(self.body).messages

    @property
    def code(self) -> str | None:
        """HighLevel's code, such as OPPORTUNITY_NO_DUPLICATE; None if the body has none."""
        return read_reasons(self.body).code

    @property
    def details(self) -> Any:
        """The `details` or the `meta` of the body, as they came; None if it has neither."""
        return read_reasons(self.body).details


class BadRequestError(APIStatusError):
    """400: refused, such as a duplicate relation or a relation limit."""


class DuplicateAssociationError(BadRequestError):
    """An association with this key exists already; the status is 400, 409 or 422."""


class DuplicateRelationError(BadRequestError):
    """The two records are already related under this association; 400, 409 or 422."""


class DuplicateOpportunityError(BadRequestError):
    """The contact has an opportunity in this pipeline, and may have only one.

    The relation was not created. It does not exist for that reason: another rule refused it.
    `details` may name the opportunity.
    """


class RelationLimitError(BadRequestError):
    """A record has reached its limit of relations under this association."""


class AuthenticationError(APIStatusError):
    """401: the token, its scope or the Version header is not accepted."""


class MissingScopeError(AuthenticationError):
    """The token lacks the scope of this operation; README.md has a table of scopes."""


class TokenTypeError(AuthenticationError):
    """The token belongs to an agency or its app; the operation needs a sub-account's token.

    Another scope, or another token of the same kind, does not help.
    """


class VersionHeaderError(AuthenticationError):
    """The Version header is not accepted; the status is 401 or 400."""


class PermissionDeniedError(APIStatusError):
    """403: the token has no permission for this."""


class EdgeRefusalError(PermissionDeniedError):
    """The network in front of HighLevel refuses the client (error 1010), not its token.

    It decides by the User-Agent and the IP address of the client.
    """


class LocationAccessError(PermissionDeniedError):
    """The token has no access to the location."""


class NotFoundError(APIStatusError):
    """404, or a 400 that says so: nothing has this id or key."""


class UnprocessableEntityError(APIStatusError):
    """422: the request is well-formed but refused; the messages say why.

    A field that "should not exist" is also what a token without the scope is told.
    """

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: True if the message is an unknown one.

        HighLevel's contacts API has carried out requests that it refused with a 422. A known
        message, or a list of fields, means that the request was not carried out.
        """
        lists_fields = read_reasons(self.body).is_list
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
    """429: too many requests for this location in a day; a retry on the same day does not help.

    `resets_in` is the number of seconds until the limit is reset; None if the response has none.
    """

    resets_in: float | None = None


class ServerError(APIStatusError):
    """5xx: HighLevel, or the network in front of it, failed."""

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: True."""
        return True


class ContractError(_ResponseError):
    """A success whose body does not match the contract; `body` holds it.

    A read raises it, and a deletion whose body says that nothing was deleted. For other writes, the
    status is enough, and the item is looked up.
    """

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: True, because its status is a success."""
        return True


class PaceError(AssociationsError):
    """The pace grants no turns, so that nothing was sent; another attempt would not help."""


class AssociationConflictError(AssociationsError):
    """The key belongs to an association of other objects than the given ones."""


def _field(body: object, name: str) -> object:
    return cast("dict[str, object]", body).get(name) if isinstance(body, dict) else None
