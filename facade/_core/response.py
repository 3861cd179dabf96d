"""Turns a response into a success or an error, chosen by status and text, without the token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from facade import errors
from facade._core.http import error_kind
from facade._core.interrupts import interrupt_in
from facade._core.mapping import parse_body
from facade._core.request import token_of
from facade.rate_limits import interval_of

if TYPE_CHECKING:
    from facade._core.calls import Subject
    from facade._core.reading import RawResponse

_RELATIONS, _ASSOCIATIONS, _ANY_PATH = "/associations/relations", "/associations/$", ""
_REFUSED_STATUSES = (400, 409, 422)


class _ErrorPattern(NamedTuple):
    """Maps texts in responses with these statuses, to requests of this path, to an error class."""

    statuses: tuple[int, ...]
    pattern: str
    kind: type[errors.APIStatusError]
    path: str = _ANY_PATH


# HighLevel sends no error codes: status and text select the class; the first match wins.
_PATTERNS = (
    _ErrorPattern(
        _REFUSED_STATUSES,
        r"duplicate|(already|relation) exists|exists already|already (been )?associated",
        errors.DuplicateRelationError,
        _RELATIONS,
    ),
    _ErrorPattern(
        _REFUSED_STATUSES,
        r"duplicate association|already exists|exists already",
        errors.DuplicateAssociationError,
        _ASSOCIATIONS,
    ),
    _ErrorPattern((400,), r"max relation limit", errors.RelationLimitError),
    _ErrorPattern((400, 401), r"version header|api version", errors.VersionHeaderError),
    _ErrorPattern((400,), r"not found", errors.NotFoundError),
    _ErrorPattern((401,), r"user type|auth ?class", errors.TokenTypeError),
    _ErrorPattern((401,), r"\bscopes?\b", errors.MissingScopeError),
    _ErrorPattern((403,), r"access to this location", errors.LocationAccessError),
    _ErrorPattern((403,), r"\berror\b.{0,9}\b1010\b|cloudflare", errors.EdgeRefusalError),
    _ErrorPattern((422,), r"invalid record id", errors.InvalidRecordError),
    _ErrorPattern((422,), r"labels can ?not be (the )?same", errors.EqualLabelsError),
)
# What to do, if HighLevel's own message does not say it.
_HINTS: dict[type[errors.APIStatusError], str] = {
    errors.EdgeRefusalError: "the network in front of HighLevel refuses this client, not its "
    "token: keep its User-Agent (a proxy may change it), or use another network",
    errors.InvalidRecordError: "HighLevel may have swapped the sides of the association: "
    "relations.link finds them",
    errors.RateLimitError: "a developer's account is limited to 25 calls in 10 seconds: "
    "pass pace=LocalPace(calls=25)",
    errors.TokenTypeError: "the token belongs to an agency: use a sub-account's token, or "
    "OAuth.add_location",
    errors.VersionHeaderError: "pass another `version` to the client",
}
# By what an error of the HTTP library means.
_FAILURES: dict[str, tuple[type[errors.APIConnectionError], str]] = {
    "connect": (errors.ConnectFailedError, "cannot connect: {}"),
    "size": (errors.ResponseTooLargeError, "{}"),
    "timeout": (errors.APITimeoutError, "no response in time"),
    "lost": (errors.ConnectionLostError, "connection lost: {}"),
}
_MAX_TEXT = 10_000  # characters of a page that are searched
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
    """Return what an error keeps of an exchange; secrets in the response become `***`.

    The token of the request, if it has one, is always a secret.
    """
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
    why = str(error) or ("no connection in time" if kind == "connect" else type(error).__name__)
    method, path = target.method, target.path
    message = f"{method} {path}: {text.format(why)}"
    return interrupt_in(error, before) or failure(message, method=method, path=path)


def status_error(
    *, method: str, path: str, status_code: int, headers: Mapping[str, str], body: Any
) -> errors.APIStatusError:
    """Return the error for a response whose status is not a success."""
    messages = errors.APIStatusError("", body=body).messages
    # The network in front of HighLevel sends plain text or an HTML page.
    text = body[:_MAX_TEXT] if isinstance(body, str) else " ".join(messages)
    kind = _class_for(status_code, path, text, headers)
    reasons = ["; ".join(messages) or "the response gives no reason", _HINTS.get(kind, "")]
    error = kind(
        f"{method} {path} returned {status_code}: {' - '.join(filter(None, reasons))}",
        method=method,
        path=path,
        status_code=status_code,
        headers=headers,
        body=body,
    )
    error.retry_after = retry_after(headers)
    return error


def quoted(error: errors.APIStatusError) -> str:
    """Quote a response in one line: its messages, its page title, or its first 100 characters."""
    text = "; ".join(error.messages) or (error.body if isinstance(error.body, str) else "")
    title = re.search("<title>(.*?)</title>", text[:_MAX_TEXT], re.DOTALL | re.IGNORECASE)
    line = " ".join((title[1] if title else text).split())
    return line.removeprefix(f"{error.status_code} ")[:100]


def response_error(
    target: Subject, request: Any, response: RawResponse, why: str
) -> errors.APIStatusError | errors.ContractError:
    """Return the error for a response: of its status, or of a body that cannot be read.

    `why` says why the body of a success cannot be read, and may quote it.
    """
    exchange = redacted(target, request, response)
    if not why:
        return status_error(**exchange)
    why = why.replace(token_of(request) or "\0", "***")
    return errors.ContractError(
        f"{target.method} {target.path} returned {response.status_code}, "
        f"but its body does not match the contract: {why}",
        **exchange,
    )


def _class_for(
    status_code: int, path: str, text: str, headers: Mapping[str, str]
) -> type[errors.APIStatusError]:
    for statuses, pattern, kind, path_pattern in _PATTERNS:
        if (
            status_code in statuses
            and re.search(path_pattern, path)
            and re.search(pattern, text, re.IGNORECASE)
        ):
            return kind
    if status_code == 429 and headers.get("x-ratelimit-daily-remaining") == "0":
        return errors.DailyLimitError
    default = errors.ServerError if status_code >= 500 else errors.APIStatusError
    return _BY_STATUS.get(status_code, default)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait, from Retry-After (a number or a date) or rate limit headers."""
    text = headers.get("retry-after", "").strip()
    if text:
        try:
            return max(0.0, float(text))
        except ValueError:
            return _seconds_until(text)
    return interval_of(headers) if headers.get("x-ratelimit-remaining") == "0" else None


def _seconds_until(date: str) -> float | None:
    from dateutil.parser import parse  # here, because few responses need it

    try:
        time = parse(date)
    except (ValueError, OverflowError):
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
