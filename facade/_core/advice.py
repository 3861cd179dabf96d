"""What each error means and what to do: for its text, for doctor, and for the guide."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from base64 import urlsafe_b64decode
from collections.abc import Container
from contextlib import suppress
from datetime import UTC, datetime
from json import loads
from typing import Any, Literal, NamedTuple, cast
from urllib.parse import urlsplit

from facade import errors
from facade._core.operations import OPERATIONS, VERSIONS
from facade._core.pool import proxy_for
from facade._core.retry import causes
from facade.rate_limits import RateLimits, rate_limit_of

Setting = Literal["package", "network", "token", "version", "location", "scopes", "limits"]
"""What is wrong: a check of doctor."""


class Advice(NamedTuple):
    """What an error of this class means, and what to do.

    `setting` is what is wrong; None if it is the request. With `operations` or a `pattern`, the row
    is for errors of these operations, or with such a text. `do` may be longer in the `guide`.
    """

    kind: type[errors.AssociationsError]
    setting: Setting | None
    means: str
    do: str
    operations: tuple[str, ...] = ()
    pattern: str = ""
    guide: str = ""


_SHARED = "programs with the same app and location share the limit"
_ADDRESS = "check base_url (HIGHLEVEL_BASE_URL)"
_PROXY = "is there a proxy or a firewall in between (HTTPS_PROXY)?"
_ID, _KEY = ("get_association", "update_association", "delete_association"), "get_by_key"
# The first row that applies. A part in braces depends on the error.
ADVICE = (
    Advice(
        errors.TokenTypeError,
        "token",
        "the token belongs to an agency, not to a sub-account",
        "create a Private Integration in the sub-account; with OAuth, use OAuth.add_location",
    ),
    Advice(
        errors.MissingScopeError,
        "scopes",
        "the token lacks {scopes}",
        "add {scopes} to the Private Integration, or to the app and install that again; then use "
        "the new token",
    ),
    Advice(
        errors.VersionHeaderError,
        "version",
        "HighLevel does not accept the Version",
        f"omit `version` (HIGHLEVEL_VERSION), or pass one of {', '.join(VERSIONS)}",
    ),
    Advice(
        errors.LocationAccessError,
        "location",
        "the token has no access to the location",
        "check location_id (HIGHLEVEL_LOCATION_ID), or use a token of that sub-account",
    ),
    Advice(
        errors.AuthenticationError,
        "token",
        "HighLevel does not accept the token",
        "{renewal}",
        guide="check HIGHLEVEL_TOKEN, or create a new token; a rotated Private Integration token "
        "is valid for 7 days at most, and an unused one expires after 90 days",
    ),
    Advice(
        errors.PermissionDeniedError,
        "token",
        "the token has no permission for this",
        "use a token of the sub-account, and check its scopes",
    ),
    Advice(
        errors.NotFoundError,
        None,
        "no association has this id in this location",
        f"check the id and the location; for a key, use {_KEY}",
        _ID,
    ),
    Advice(
        errors.NotFoundError,
        None,
        "no association has this key in this location",
        "check the key and the location; for an id, use associations.get",
        ("get_association_by_key",),
    ),
    Advice(
        errors.NotFoundError,
        "network",
        "the address has no Associations API",
        _ADDRESS,
        ("list_associations",),
    ),
    Advice(
        errors.NotFoundError,
        None,
        "nothing has this id in this location",
        "check the id and the location",
    ),
    Advice(
        errors.DuplicateAssociationError,
        None,
        "an association with this key exists already",
        "use associations.ensure, which returns it",
    ),
    Advice(
        errors.DuplicateRelationError,
        None,
        "the two records are related already",
        "use relations.ensure, which returns the relation",
    ),
    Advice(
        errors.DuplicateOpportunityError,
        None,
        "the contact has an opportunity in this pipeline, and may have only one; the relation was "
        "not created",
        "relate the existing one, which error.details may name, or allow duplicates in the "
        "settings of opportunities",
    ),
    Advice(
        errors.AssociationConflictError,
        None,
        "the key belongs to an association of other objects",
        "choose another key",
    ),
    Advice(
        errors.InvalidRecordError,
        None,
        "a record does not exist, or is not of the object on its side",
        "check both ids and the objects of their records (if they are given by side, they may be "
        "swapped: relations.link takes them by object key)",
    ),
    Advice(
        errors.EqualLabelsError,
        None,
        "both labels are the same",
        "choose different labels",
    ),
    Advice(
        errors.RelationLimitError,
        None,
        "a record has reached its limit of relations",
        "delete one first; facade.bulk.replace does both",
    ),
    Advice(
        errors.UnprocessableEntityError,
        None,
        "HighLevel refuses the request, or the token lacks a scope",
        "check that the token has {scopes}: without it, one is told this, too",
        pattern="property \\S+ should not exist",
    ),
    Advice(
        errors.EdgeRefusalError,
        "network",
        "the network in front of HighLevel refuses this program, whatever the token",
        "use another network, and make sure that no proxy changes the User-Agent",
    ),
    Advice(
        errors.DailyLimitError,
        "limits",
        "the limit of requests a day is used up",
        f"continue tomorrow; {_SHARED}",
        guide="continue tomorrow, in `resets_in` seconds if that is known; `reserve` of RedisPace "
        "reserves requests for interactive use",
    ),
    Advice(
        errors.RateLimitError,
        "limits",
        "too many requests in a short time",
        f"wait {{seconds:g}} seconds; {_SHARED}: LocalPace({{calls}}share=) or facade.redis "
        "divides it among them",
        guide=f"{_SHARED}: LocalPace(share=) or facade.redis divides it among them; for a "
        "developer's account, pass `pace=LocalPace(calls=25)`",
    ),
    Advice(
        errors.ServerError,
        "network",
        "HighLevel fails at the moment",
        "try again later, the settings are not the cause; a write may have been carried out if "
        "error.outcome_unknown",
    ),
    Advice(
        errors.ResponseTooLargeError,
        None,
        "the response is longer than `max_response_bytes`",
        "use a smaller `limit` or `page_size`",
    ),
    Advice(
        errors.DeadlineError,
        None,
        "the deadline of the call left no time for an attempt",
        "pass a longer `deadline`, or send fewer requests at once",
    ),
    Advice(
        errors.ConnectFailedError,
        "network",
        "no connection was made, so nothing was done",
        f"{_ADDRESS}; {_PROXY}",
    ),
    Advice(
        errors.ConnectionLostError,
        "network",
        "the connection broke, and the request may have been carried out",
        f"look the item up before you repeat a write, or use ensure; {_ADDRESS}; {_PROXY}",
    ),
    Advice(
        errors.APITimeoutError,
        "network",
        "no response came in time, and the request may have been carried out",
        f"pass a longer `timeout`; {_ADDRESS}: http instead of https? Or {_PROXY}",
    ),
    Advice(
        errors.ContractError,
        "network",
        "a success whose body does not match the contract",
        f"{_ADDRESS}; if it is HighLevel's, see error.body and report it",
    ),
    Advice(
        errors.PaceError,
        "limits",
        "the pace grants no turns",
        "read its text, which says what to change",
    ),
    Advice(
        errors.BadRequestError, None, "HighLevel refuses the request", "", guide="read `messages`"
    ),
    Advice(
        errors.UnprocessableEntityError,
        None,
        "HighLevel refuses the request for another reason",
        "",
        guide="read `messages`",
    ),
    Advice(errors.AssociationsError, "network", "the response is not HighLevel's", _ADDRESS),
)


class Told(NamedTuple):
    """What doctor, the command and the text of an error tell of it."""

    setting: Setting | None
    means: str
    do: str


def told_of(
    error: errors.AssociationsError,
    *operations: str,
    token: str = "",
    limits: RateLimits | None = None,
) -> Told:
    """Return what an error of operations means, and what to do.

    `token` is the one that was refused, of which no more than its kind is told.
    """
    text = str(error)
    row = next(
        row
        for kind in type(error).__mro__
        for row in ADVICE
        if row.kind is kind
        and (not row.operations or {*operations} & {*row.operations})
        and re.search(row.pattern, text, re.IGNORECASE)
    )
    limits = limits or rate_limit_of(getattr(error, "headers", {}))
    scopes = [scope for name in operations for scope in OPERATIONS[name].scopes]
    values = {
        "scopes": " and ".join(scopes) or "the scope of the operation",
        "renewal": kind_of(token)[1],
        "seconds": getattr(error, "retry_after", None) or limits.seconds or 10,
        "calls": f"calls={limits.limit}, " if limits.limit not in (None, 100) else "",
    }
    return Told(row.setting, row.means.format_map(values), row.do.format_map(values))


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


# By class, and numbers of OpenSSL's X509_V_ERR_* or of the system (None: any), why a connection
# failed, and what to do.
_CAUSES: tuple[tuple[type[Exception], Container[int] | None, str, str], ...] = (
    (
        ssl.SSLCertVerificationError,
        (9,),
        "the certificate of {server} is not valid yet",
        "check the clock of this machine",
    ),
    (
        ssl.SSLCertVerificationError,
        (10,),
        "the certificate of {server} has expired",
        "check the clock of this machine; if it is right, the server's owner must renew it",
    ),
    (
        ssl.SSLCertVerificationError,
        (62, 64),
        "the certificate is not valid for {server}",
        _ADDRESS,
    ),
    (
        ssl.SSLCertVerificationError,
        range(79, 94),
        "the certificate of {server} lacks what Python 3.13 requires: {reason}",
        "its authority, often that of a proxy that inspects TLS, must issue a new one; until then, "
        "pass transport=httpx.HTTPTransport(verify=context) with a context whose verify_flags "
        "lack ssl.VERIFY_X509_STRICT",
    ),
    (
        ssl.SSLCertVerificationError,
        None,
        "the certificate of {server} is not trusted: {reason}",
        "if a proxy inspects TLS, set SSL_CERT_FILE to the certificate of its authority",
    ),
    (
        ssl.SSLError,
        None,
        "{address} does not speak TLS: {reason}",
        f"{_ADDRESS}: https instead of http, or a wrong port? Or {_PROXY}",
    ),
    (
        socket.gaierror,
        None,
        "the host name {host} cannot be resolved",
        f"{_ADDRESS}, and this machine's network and DNS",
    ),
    (
        OSError,
        (errno.ECONNREFUSED,),
        "nothing listens at {address}",
        f"{_ADDRESS}; {_PROXY}",
    ),
    (
        OSError,
        (errno.ENETUNREACH, errno.EHOSTUNREACH),
        "there is no route to {address}",
        f"check this machine's network; {_PROXY}",
    ),
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
        number = getattr(cause, "verify_code", getattr(cause, "errno", None))
        for kind, numbers, means, do in _CAUSES:
            if isinstance(cause, kind) and (numbers is None or number in numbers):
                told = getattr(cause, "verify_message", None) or getattr(cause, "reason", None)
                names = {"address": address, "server": server, "host": host}
                return means.format(reason=told or cause, **names), do
    return None
