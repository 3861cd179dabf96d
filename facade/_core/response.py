"""Turns a response into a success or an error, chosen by status and text, without the token."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple

from facade import errors
from facade._core.advice import address_of, advice_for, connection_cause
from facade._core.calls import Subject
from facade._core.http import error_kind
from facade._core.interrupts import interrupt_in
from facade._core.mapping import parse_body
from facade._core.reading import RawResponse
from facade._core.reasons import MAX_TEXT, read_reasons
from facade._core.request import token_of
from facade.rate_limits import daily_reset_of, interval_of

_RELATIONS, _ASSOCIATIONS, _ANY_PATH = "/associations/relations", "/associations/$", ""
# The statuses that a text can have, by what they refuse. A text in a 5xx, 408 or 429 says nothing.
_REQUEST, _TOKEN = (400, 409, 422), (401, 403)
_SERVER_ERRORS = range(500, 1000)


class _ErrorPattern(NamedTuple):
    """Maps texts and codes in responses with these statuses, of this path, to an error class."""

    statuses: tuple[int, ...]
    pattern: str
    kind: type[errors.APIStatusError]
    path: str = _ANY_PATH


# The first match wins. The underscores of a code are spaces.
_PATTERNS = (
    _ErrorPattern(
        _REQUEST,
        r"duplicate opportunity|opportunity.no.duplicate",
        errors.DuplicateOpportunityError,
    ),
    _ErrorPattern(
        _REQUEST,
        r"duplicate relation|relation: duplicate|^duplicate$|(already|relation) exists"
        r"|exists already|already (been )?associated",
        errors.DuplicateRelationError,
        _RELATIONS,
    ),
    _ErrorPattern(
        _REQUEST,
        r"duplicate association|already exists|exists already",
        errors.DuplicateAssociationError,
        _ASSOCIATIONS,
    ),
    _ErrorPattern(_REQUEST, r"max relation limit", errors.RelationLimitError),
    _ErrorPattern(_REQUEST, r"invalid record id", errors.InvalidRecordError),
    _ErrorPattern(_REQUEST, r"labels can ?not be (the )?same", errors.EqualLabelsError),
    _ErrorPattern((400, *_TOKEN), r"version header|api version", errors.VersionHeaderError),
    _ErrorPattern(_TOKEN, r"user type|auth ?class", errors.TokenTypeError),
    _ErrorPattern(_TOKEN, r"access to this location", errors.LocationAccessError),
    _ErrorPattern((403,), r"\berror\b.{0,9}\b1010\b|cloudflare", errors.EdgeRefusalError),
    _ErrorPattern(_TOKEN, r"\bscopes?\b", errors.MissingScopeError),
    _ErrorPattern(_REQUEST, r"not found", errors.NotFoundError),
)
# By what an error of the HTTP library means.
_FAILURES: dict[str, tuple[type[errors.APIConnectionError], str]] = {
    "connect": (errors.ConnectFailedError, "cannot connect: {cause}"),
    "size": (errors.ResponseTooLargeError, "{error}"),
    "timeout": (errors.APITimeoutError, "no response in time from {address}"),
    "lost": (errors.ConnectionLostError, "connection lost: {cause}"),
}
_TAG = re.compile(r"<[^>]*>")  # whose attributes, such as scope, say nothing
_BY_STATUS: dict[int, type[errors.APIStatusError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    422: errors.UnprocessableEntityError,
    429: errors.RateLimitError,
}


def redacted(
    target: Subject, request: Any, response: RawResponse, secrets: Iterable[str] = ()
) -> dict[str, Any]:
    """Return what an error keeps of an exchange; the token and other secrets become `***`."""
    headers, content = dict(response.headers), response.content
    for secret in filter(None, (token_of(request), *secrets)):
        headers = {name: text.replace(secret, "***") for name, text in headers.items()}
        content = content.replace(secret.encode(), b"***")
    return {
        "method": target.method,
        "path": target.path,
        "status_code": response.status_code,
        "headers": headers,
        "body": parse_body(content),
    }


def failure_of(
    error: BaseException, target: Subject, before: BaseException | None, *, expired: bool
) -> BaseException:
    """Return what a caller gets for an error of an exchange.

    It is the client's error for one of the HTTP library, or for the deadline, which has `expired`;
    the error itself if it is neither, such as Ctrl-C; or what a signal handler of the app raised,
    which the library may have taken for its own. `before` is the exception that was being handled
    when the exchange began.
    """
    if not isinstance(error, Exception):
        return error
    kind = "timeout" if expired and isinstance(error, TimeoutError) else error_kind(error)
    if not kind:
        return error
    failure, text = _FAILURES[kind]
    url = str(getattr(target, "url", ""))
    why = str(error) or ("no connection in time" if kind == "connect" else type(error).__name__)
    found = connection_cause(error, url)
    cause, do = found or (f"{why} ({address_of(url)})", failure.advice)
    message = text.format(cause=cause, address=address_of(url), error=error)
    method, path = target.method, target.path
    made = failure(f"{method} {path}: {message}", method=method, path=path)
    made.advice = do
    return interrupt_in(error, before) or made


def status_error(
    *, method: str, path: str, status_code: int, headers: Mapping[str, str], body: Any
) -> errors.APIStatusError:
    reasons = read_reasons(body)
    # The network in front of HighLevel sends plain text or an HTML page.
    text = _TAG.sub(" ", body[:MAX_TEXT]) if isinstance(body, str) else reasons.text
    # HighLevel passes on a refusal of another service as a mere 400, with its status in the body.
    is_specific = reasons.status in _BY_STATUS or reasons.status in _SERVER_ERRORS
    status = reasons.status if status_code == 400 and is_specific else status_code
    kind = errors.ServerError if status in _SERVER_ERRORS else errors.APIStatusError
    kind = _BY_STATUS.get(status, kind)
    if status == 429 and headers.get("x-ratelimit-daily-remaining") == "0":
        kind = errors.DailyLimitError
    rows = (row for row in _PATTERNS if status in row.statuses and re.search(row.path, path))
    by_text = (
        row.kind for row in rows if re.search(row.pattern, text, re.IGNORECASE | re.MULTILINE)
    )
    why = reasons.summary or "the response gives no reason"
    exchange: dict[str, Any] = {"method": method, "path": path, "headers": headers, "body": body}
    message = f"{method} {path} returned {status_code}: {why}"
    error = next(by_text, kind)(message, status_code=status_code, **exchange)
    error.retry_after = retry_after(headers)
    if isinstance(error, errors.DailyLimitError):
        error.resets_in = daily_reset_of(headers)
    return error


def response_error(
    target: Subject, request: Any, response: RawResponse, why: str
) -> errors.APIStatusError | errors.ContractError:
    """Return the error for a response: of its status, or of a body that cannot be read.

    `why` says why the body of a success cannot be read, and may quote it.
    """
    exchange = redacted(target, request, response)
    error: errors.APIStatusError | errors.ContractError
    if why:
        why = why.replace(token_of(request) or "\0", "***")
        said = f"{target.method} {target.path} returned {response.status_code}"
        why = f"{said}, but its body does not match the contract: {why}"
        error = errors.ContractError(why, **exchange)
    else:
        error = status_error(**exchange)
    # In one expression, so that no local variable holds the token.
    error.advice = advice_for(error, target.operation, token_of(request))
    return error


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait, from Retry-After (a number or a date) or rate limit headers."""
    text = headers.get("retry-after", "").strip()
    with suppress(ValueError):
        return max(0.0, float(text))
    time = _time_of(text)
    if time is not None:  # by the server's clock, if the response has a date
        now = _time_of(headers.get("date", "")) or datetime.now(UTC)
        return max(0.0, (time - now).total_seconds())
    return interval_of(headers) if headers.get("x-ratelimit-remaining") == "0" else None


def _time_of(text: str) -> datetime | None:
    from email.utils import parsedate_to_datetime  # here, because few responses need it

    with suppress(ValueError, OverflowError):
        time = parsedate_to_datetime(text)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    return None
