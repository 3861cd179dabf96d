"""The errors of the client, as one tree below AssociationsError.

All of them can be pickled. None holds the token.
"""

from collections.abc import Mapping
from typing import Any

from facade._core.operations import VERSIONS
from facade._core.reasons import CHECK_ADDRESS, CHECK_PROXY, read_reasons

_SHARED = "programs with the same app and location share the limit"


class AssociationsError(Exception):
    """Base of all errors of this client.

    `repeated` is True if the outcome of an earlier attempt of the same call is unknown. `attempts`
    is how often the call sent its request or tried to, without the lookups of a creation; 0 if it
    did not. `elapsed` is the seconds from its start to this error. `advice` is what to do, the
    end of its text; it is empty if the text says it.
    """

    advice = ""
    _outcome_unknown = False

    def __init__(self, message: str, *, method: str = "", path: str = "") -> None:
        # Only `message` is positional: pickle passes it to the class and restores the attributes.
        super().__init__(message)
        self.method = method
        self.path = path
        self.repeated = False
        self.attempts = 0
        self.elapsed = 0.0

    def __str__(self) -> str:
        return " - ".join(filter(None, [super().__str__(), self.advice]))

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out although the call failed."""
        return self._outcome_unknown


class APIConnectionError(AssociationsError):
    """No response was received."""

    _outcome_unknown = True


class APITimeoutError(APIConnectionError):
    """No response was received in time."""

    advice = f"pass a longer `timeout`; {CHECK_ADDRESS}: http instead of https? Or {CHECK_PROXY}"


class DeadlineError(APITimeoutError):
    """The deadline of the call left no time to send the request, or to retry it."""

    advice = "pass a longer `deadline`, or send fewer requests at once"

    @property
    def outcome_unknown(self) -> bool:
        """Whether an earlier attempt may have been carried out; this one was not sent."""
        return self.repeated


class ConnectFailedError(APIConnectionError):
    """No connection was made, so nothing was done."""

    advice = f"{CHECK_ADDRESS}; {CHECK_PROXY}"
    _outcome_unknown = False


class ConnectionLostError(APIConnectionError):
    """The connection broke; the request may have been carried out."""

    advice = (
        f"look the item up before you repeat a write, or use ensure; {CHECK_ADDRESS}; {CHECK_PROXY}"
    )


class ResponseTooLargeError(APIConnectionError):
    """The response is longer than the client's `max_response_bytes`."""

    advice = "use a smaller `limit` or `page_size`"


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
        return read_reasons(self.body).trace_id or None


class APIStatusError(_ResponseError):
    """The status of the response is not a success; `messages` are HighLevel's reasons.

    The class follows HighLevel's text or code; without a known one the status, of which the body
    may name a more specific one than the 400 of the response.
    `retry_after` is the number of seconds to wait before a retry; None if the response has none.
    """

    retry_after: float | None = None

    @property
    def outcome_unknown(self) -> bool:
        """Whether the request may have been carried out: True for a 408 and a 5xx."""
        return self._outcome_unknown or self.status_code == 408

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

    advice = "use associations.ensure, which returns it"


class DuplicateRelationError(BadRequestError):
    """The two records are already related under this association; 400, 409 or 422."""

    advice = "use relations.ensure, which returns the relation"


class DuplicateOpportunityError(BadRequestError):
    """The contact has an opportunity in this pipeline, and may have only one.

    The relation was not created. It does not exist for that reason: another rule refused it.
    `details` may name the opportunity.
    """

    advice = "relate the existing one, or allow duplicates in HighLevel's settings of opportunities"


class RelationLimitError(BadRequestError):
    """A record has reached its limit of relations under this association."""

    advice = "delete one first; facade.bulk.replace does both"


class AuthenticationError(APIStatusError):
    """HighLevel does not accept the token; 401."""

    advice = (
        "check HIGHLEVEL_TOKEN, or create a new token; a rotated Private Integration token is "
        "valid for 7 days at most, and an unused one expires after 90 days"
    )


class MissingScopeError(AuthenticationError):
    """The token lacks the scope of this operation."""

    advice = "add the scope to the Private Integration, or to the app and install that again"


class TokenTypeError(AuthenticationError):
    """The token belongs to an agency or its app; the operation needs a sub-account's token.

    Another scope, or another token of the same kind, does not help.
    """

    advice = "create a Private Integration in the sub-account; with OAuth, use OAuth.add_location"


class VersionHeaderError(AuthenticationError):
    """The Version header is not accepted; the status is 401 or 400."""

    advice = f"omit `version` (HIGHLEVEL_VERSION), or pass one of {', '.join(VERSIONS)}"


class PermissionDeniedError(APIStatusError):
    """The token has no permission for this; 403."""

    advice = "use a token of the sub-account, and check its scopes"


class EdgeRefusalError(PermissionDeniedError):
    """The network in front of HighLevel refuses the client (error 1010), not its token.

    It decides by the User-Agent and the IP address of the client.
    """

    advice = "use another network, and make sure that no proxy changes the User-Agent"


class LocationAccessError(PermissionDeniedError):
    """The token has no access to the location."""

    advice = "check location_id (HIGHLEVEL_LOCATION_ID), or use a token of that sub-account"


class NotFoundError(APIStatusError):
    """Nothing has this id or key: 404, or a 400 that says so."""

    advice = "check the id and the location"


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

    advice = (
        "check both ids and the objects of their records (if they are given by side, they may be "
        "swapped: relations.link takes them by object key)"
    )


class EqualLabelsError(UnprocessableEntityError):
    """Both labels are the same."""

    advice = "choose different labels"


class RateLimitError(APIStatusError):
    """Too many requests for this location in a short time; 429."""

    advice = (
        f"{_SHARED}: LocalPace(share=) or facade.redis divides it among them; for a developer's "
        "account, pass `pace=LocalPace(calls=25)`"
    )


class DailyLimitError(RateLimitError):
    """Too many requests for this location in a day; 429, and a retry on the same day does not help.

    `resets_in` is the number of seconds until the limit is reset; None if the response has none.
    """

    advice = f"continue tomorrow; {_SHARED}"

    resets_in: float | None = None


class ServerError(APIStatusError):
    """HighLevel, or the network in front of it, fails at the moment; 5xx."""

    advice = (
        "try again later, the settings are not the cause; look up what a write may have done if "
        "`outcome_unknown`"
    )

    _outcome_unknown = True


class ContractError(_ResponseError):
    """A success whose body does not match the contract; `body` holds it.

    A read raises it, and a deletion whose body says that nothing was deleted. For other writes, the
    status is enough, and the item is looked up.
    """

    advice = f"{CHECK_ADDRESS}; if it is HighLevel's, see `body` and report it"

    _outcome_unknown = True


class PaceError(AssociationsError):
    """The pace grants no turns, so that nothing was sent; another attempt would not help."""


class AssociationConflictError(AssociationsError):
    """The key belongs to an association of other objects than the given ones."""

    advice = "choose another key"
