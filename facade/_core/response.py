"""What a response means: a success, or the error for its status and text, without the token."""

import json
import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple, TypedDict

import httpx

from facade import errors
from facade._core.bounds import BodyTooLarge
from facade._core.request import path_of, token_of
from facade.pace import interval_of

_RELATIONS, _ASSOCIATIONS, _ANYWHERE = "/associations/relations", "/associations/$", ""
_REFUSALS = (400, 409, 422)


class _Wording(NamedTuple):
    """Texts that mean a class of error, in answers of these statuses to requests of this path."""

    statuses: tuple[int, ...]
    pattern: str
    kind: type[errors.APIStatusError]
    path: str = _ANYWHERE


# HighLevel has no machine codes: the class is chosen by status and, first match first, by text.
_BY_TEXT = (
    _Wording(
        _REFUSALS,
        r"duplicate|(already|relation) exists|exists already|already (been )?associated",
        errors.DuplicateRelationError,
        _RELATIONS,
    ),
    _Wording(
        _REFUSALS,
        r"duplicate association|already exists|exists already",
        errors.DuplicateAssociationError,
        _ASSOCIATIONS,
    ),
    _Wording((400,), r"max relation limit", errors.RelationLimitError),
    _Wording((400, 401), r"version header|api version", errors.VersionHeaderError),
    _Wording((400,), r"not found", errors.NotFoundError),
    _Wording((401,), r"user type|auth ?class", errors.TokenTypeError),
    _Wording((401,), r"\bscopes?\b", errors.MissingScopeError),
    _Wording((403,), r"access to this location", errors.LocationAccessError),
    _Wording((403,), r"\berror\b.{0,9}\b1010\b|cloudflare", errors.EdgeRefusalError),
    _Wording((422,), r"invalid record id", errors.InvalidRecordError),
    _Wording((422,), r"labels can ?not be (the )?same", errors.EqualLabelsError),
)
# What to do, where HighLevel's own sentence does not say it.
_ADVICE: dict[type[errors.APIStatusError], str] = {
    errors.EdgeRefusalError: "the network in front of HighLevel refuses this client, not its "
    "token: keep its User-Agent (a proxy may change it), and try another network",
    errors.InvalidRecordError: "the sides are those of the association as HighLevel returned it: "
    "relations.link finds them",
    errors.RateLimitError: "a developer's account has 25 calls in 10 seconds: "
    "pace=LocalPace(calls=25)",
    errors.TokenTypeError: "the token is an agency's: use one of the sub-account, or "
    "OAuth.add_location",
    errors.VersionHeaderError: "the client's `version` is what is sent",
}
_MAX_TEXT = 10_000  # characters of a page that are looked through
_BY_STATUS: dict[int, type[errors.APIStatusError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    422: errors.UnprocessableEntityError,
    429: errors.RateLimitError,
}


class RedactedExchange(TypedDict):
    """What an error keeps of a request and its response."""

    method: str
    path: str
    status_code: int
    headers: dict[str, str]
    body: Any


def redacted(
    request: httpx.Request, response: httpx.Response, secrets: Iterable[str] = ()
) -> RedactedExchange:
    """Return what an error keeps of an exchange; secrets that the response repeats become `***`.

    The request's token, if it has one, is always a secret.
    """
    headers, content = dict(response.headers), response.content
    for secret in filter(None, (token_of(request), *secrets)):
        headers = {name: text.replace(secret, "***") for name, text in headers.items()}
        content = content.replace(secret.encode(), b"***")
    return {
        "method": request.method,
        "path": path_of(request),
        "status_code": response.status_code,
        "headers": headers,
        "body": parse_body(content),
    }


def raise_for_status(request: httpx.Request, response: httpx.Response) -> None:
    """Raise the error that the status means, unless it is a success."""
    if not response.is_success:
        raise status_error(**redacted(request, response))


@contextmanager
def translated_errors(request: httpx.Request) -> Generator[None]:
    """Raise errors of the client in place of those that httpx raises for one exchange."""
    try:
        yield
    except (httpx.RequestError, BodyTooLarge, TimeoutError) as error:
        raise _exchange_error(error, request) from error


def _exchange_error(error: Exception, request: httpx.Request) -> errors.AssociationsError:
    where = {"method": request.method, "path": path_of(request)}
    what, why = f"{where['method']} {where['path']}", str(error)
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        why = why or "no connection in time"
        return errors.ConnectFailedError(f"{what}: cannot connect: {why}", **where)
    if isinstance(error, BodyTooLarge):
        return errors.ResponseTooLargeError(f"{what}: {why}", **where)
    if isinstance(error, httpx.TimeoutException | TimeoutError):  # of a part, or of the call
        return errors.APITimeoutError(f"{what}: no response in time", **where)
    why = why or type(error).__name__  # broken off, or not what HTTP allows
    return errors.ConnectionLostError(f"{what}: connection lost: {why}", **where)


def status_error(
    *, method: str, path: str, status_code: int, headers: Mapping[str, str], body: Any
) -> errors.APIStatusError:
    """Make the error for a response whose status is not a success."""
    messages = errors.messages_of(body)
    # The edge answers in text or with a page.
    text = body[:_MAX_TEXT] if isinstance(body, str) else " ".join(messages)
    kind = _class_for(status_code, path, text, headers)
    reasons = ["; ".join(messages) or "the response does not say why", _ADVICE.get(kind, "")]
    error = kind(
        f"{method} {path} answered {status_code}: {' - '.join(filter(None, reasons))}",
        method=method,
        path=path,
        status_code=status_code,
        headers=headers,
        body=body,
    )
    error.retry_after = retry_after(headers)
    return error


def quoted(error: errors.APIStatusError) -> str:
    """Quote an answer in one line: HighLevel's sentences, a page's title, or the beginning."""
    text = "; ".join(error.messages) or (error.body if isinstance(error.body, str) else "")
    title = re.search("<title>(.*?)</title>", text[:_MAX_TEXT], re.DOTALL | re.IGNORECASE)
    line = " ".join((title[1] if title else text).split())
    return line.removeprefix(f"{error.status_code} ")[:100]


def contract_error(response: httpx.Response, why: str) -> errors.ContractError:
    """Make the error for a success whose body could not be read, for a reason that may quote it."""
    why = why.replace(token_of(response.request) or "\0", "***")
    exchange = redacted(response.request, response)
    return errors.ContractError(
        f"{exchange['method']} {exchange['path']} answered {response.status_code}, "
        f"but its body does not match the contract: {why}",
        **exchange,
    )


def _class_for(
    status_code: int, path: str, text: str, headers: Mapping[str, str]
) -> type[errors.APIStatusError]:
    for statuses, pattern, kind, where in _BY_TEXT:
        if (
            status_code in statuses
            and re.search(where, path)
            and re.search(pattern, text, re.IGNORECASE)
        ):
            return kind
    if status_code == 429 and headers.get("x-ratelimit-daily-remaining") == "0":
        return errors.DailyLimitError
    default = errors.ServerError if status_code >= 500 else errors.APIStatusError
    return _BY_STATUS.get(status_code, default)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait: from Retry-After, a number or a date, or the rate headers."""
    text = headers.get("retry-after", "").strip()
    if text:
        try:
            return max(0.0, float(text))
        except ValueError:
            return _seconds_until(text)
    return interval_of(headers) if headers.get("x-ratelimit-remaining") == "0" else None


def _seconds_until(date: str) -> float | None:
    from dateutil.parser import parse  # a rare response should not cost every import

    try:
        time = parse(date)
    except (ValueError, OverflowError):
        return None
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def parse_body(content: bytes) -> Any:
    """Read a body as JSON, or else as text, such as the HTML page of an outage."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content.decode(errors="replace")
