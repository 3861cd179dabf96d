"""What to do about an error, as exactly as its response or its cause tells."""

from __future__ import annotations

import errno
import socket
import ssl
from base64 import urlsafe_b64decode
from collections.abc import Container
from contextlib import suppress
from datetime import UTC, datetime
from json import loads
from typing import Any, cast
from urllib.parse import urlsplit

from facade import errors
from facade._core.operations import OPERATIONS
from facade._core.pool import proxy_for
from facade._core.reasons import CHECK_ADDRESS, CHECK_PROXY
from facade._core.retry import causes
from facade.rate_limits import RateLimits, rate_limit_of

_ID = "check the id and the location; for a key, use get_by_key"
# By operation, instead of the advice of the class.
_NOT_FOUND = {
    "get_association": _ID,
    "update_association": _ID,
    "delete_association": _ID,
    "get_association_by_key": "check the key and the location; for an id, use associations.get",
    "list_associations": f"{CHECK_ADDRESS}: it has no Associations API",
}


def advice_for(error: errors.AssociationsError, operation: str, token: str = "") -> str:
    """Return what to do about the refusal of an operation.

    `token` is the one that was refused, of which no more than its kind is told.
    """
    known = OPERATIONS.get(operation)  # requests of `api` may be of another API
    scopes = " and ".join(known.scopes) if known else "the scope"
    if type(error) is errors.AuthenticationError:
        return kind_of(token)[1]
    if isinstance(error, errors.MissingScopeError):
        return scope_advice(scopes)
    if isinstance(error, errors.NotFoundError):
        return _NOT_FOUND.get(operation, error.advice)
    if type(error) is errors.RateLimitError:
        return limit_advice(rate_limit_of(error.headers), error.retry_after)
    if type(error) is errors.UnprocessableEntityError and "should not exist" in str(error):
        return f"check that the token has {scopes}: without it, one is told this, too"
    return error.advice


def scope_advice(scopes: str) -> str:
    return errors.MissingScopeError.advice.replace("the scope", scopes)


def limit_advice(limits: RateLimits, retry_after: float | None = None) -> str:
    """Return what to do if no requests are left of the limit in a short time."""
    seconds = retry_after or limits.seconds or 10
    calls = "" if limits.limit in (None, 100) else f"calls={limits.limit}, "
    general = errors.RateLimitError.advice.partition("; for a developer")[0]
    return f"wait {seconds:g} seconds; {general.replace('share=', f'{calls}share=')}"


def kind_of(token: str) -> tuple[str, str]:
    """Return the kind of a token, with its expiry if it contains one, and how to get another."""
    if token.startswith("pit-"):
        return "a Private Integration token", (
            "copy the complete token: sub-account, Settings, Private Integrations; a deleted one "
            "is not valid, and a rotated one for 7 days at most"
        )
    try:  # a JSON Web Token
        claims: object = loads(urlsafe_b64decode(token.split(".")[1] + "=="))
    except (IndexError, ValueError):
        claims = None
    known = cast("dict[str, Any]", claims) if isinstance(claims, dict) else {}
    if "location_id" in known and "exp" not in known:
        return "an API key of v1", (
            "an API key of v1 is not accepted: create a Private Integration in the sub-account"
        )
    if not token.startswith("eyJ"):
        return "a token of unknown kind", (
            "pass only the complete token: a Private Integration's starts with pit-, OAuth's with "
            "eyJ"
        )
    time = ""
    with suppress(KeyError, OverflowError, OSError, TypeError, ValueError):
        expiry = datetime.fromtimestamp(known["exp"], UTC)
        verb = "expired" if expiry <= datetime.now(UTC) else "is valid until"
        time = f" that {verb} {expiry:%Y-%m-%d %H:%M} UTC"
    renewal = "refresh it, or install the app again; an access token lives a day"
    return f"an OAuth access token{time}", renewal


_REFUSED = ssl.SSLCertVerificationError
_UNREACHABLE = (errno.ENETUNREACH, errno.EHOSTUNREACH)
_CLOCK = "check the clock of this machine"
_HTTPS = f"{CHECK_ADDRESS}: https instead of http, or a wrong port? Or"
_CONNECT = errors.ConnectFailedError.advice
# By class, and numbers of OpenSSL's X509_V_ERR_* or of the system (None: any), why a connection
# failed, and what to do.
_CAUSES: tuple[tuple[type[Exception], Container[int] | None, str, str], ...] = (
    (_REFUSED, (9,), "the certificate of {server} is not valid yet", _CLOCK),
    (_REFUSED, (10,), "the certificate of {server} has expired", f"{_CLOCK}, or renew it"),
    (_REFUSED, (62, 64), "the certificate is not valid for {server}", CHECK_ADDRESS),
    (
        _REFUSED,
        range(79, 94),
        "the certificate of {server} lacks what Python 3.13 requires: {reason}",
        "its authority, often that of a proxy that inspects TLS, must issue a new one; until then, "
        "pass transport=httpx.HTTPTransport(verify=context) with a context whose verify_flags "
        "lack ssl.VERIFY_X509_STRICT",
    ),
    (
        _REFUSED,
        None,
        "the certificate of {server} is not trusted: {reason}",
        "if a proxy inspects TLS, set SSL_CERT_FILE to the certificate of its authority",
    ),
    (ssl.SSLError, None, "{address} does not speak TLS: {reason}", f"{_HTTPS} {CHECK_PROXY}"),
    (socket.gaierror, None, "the host name {host} cannot be resolved", f"{CHECK_ADDRESS} and DNS"),
    (OSError, (errno.ECONNREFUSED,), "nothing listens at {address}", _CONNECT),
    (OSError, _UNREACHABLE, "there is no route to {address}", f"check the network; {CHECK_PROXY}"),
)


def address_of(url: str) -> str:
    """Return the host and the port to which a request is sent, or of the proxy before it."""
    proxy = proxy_for(url)
    parts = urlsplit(proxy or url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{'the proxy ' if proxy else ''}{parts.hostname}, port {port}"


def connection_cause(error: BaseException, url: str) -> tuple[str, str] | None:
    """Return why a connection failed, and what to do; None if the cause is not a known one."""
    address, server = address_of(url), urlsplit(url).hostname
    host = address.partition(",")[0].removeprefix("the proxy ")
    for cause in causes(error):
        number: Any = getattr(cause, "verify_code", getattr(cause, "errno", None))
        for kind, numbers, means, do in _CAUSES:
            if isinstance(cause, kind) and (numbers is None or number in numbers):
                told = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
                names = {"address": address, "server": server, "host": host}
                return means.format(reason=told or cause, **names), do
    return None
