"""The cause of a failed connection, as text, and what to do about it."""

import errno
import socket
import ssl
from urllib.parse import urlsplit

from facade import AssociationsError, ConnectFailedError
from facade._core.pool import proxy_for
from facade._core.retry import causes

_EXPIRED, _NOT_YET_VALID, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64  # OpenSSL's X509_V_ERR_*
_PROXY = "is there a proxy or a firewall in between (HTTPS_PROXY)?"
CHECK_ADDRESS = "Check the address (--base-url, HIGHLEVEL_BASE_URL)"


def connection_cause(error: AssociationsError, base_url: str) -> tuple[str, str]:
    """Return why a request got no response, and what to do."""
    proxy = proxy_for(base_url)
    parts = urlsplit(proxy or base_url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = f"{'the proxy ' if proxy else ''}{host}, port {port}"
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _certificate(cause, urlsplit(base_url).hostname or "")
        if isinstance(cause, ssl.SSLError):
            return (
                f"{address} does not speak TLS: {cause.reason or cause}",
                f"{CHECK_ADDRESS}: https instead of http, or a wrong port? Or {_PROXY}",
            )
        if isinstance(cause, socket.gaierror):
            return (
                f"the host name {host} cannot be resolved",
                f"{CHECK_ADDRESS} and this machine's network and DNS",
            )
        if isinstance(cause, ConnectionRefusedError):
            return f"nothing listens at {address}", f"{CHECK_ADDRESS}; {_PROXY}"
        if isinstance(cause, OSError) and cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            return f"there is no route to {address}", f"Check this machine's network; {_PROXY}"
    if isinstance(error, ConnectFailedError):
        return f"{address} cannot be reached: {_reason(error)}", f"{CHECK_ADDRESS}; {_PROXY}"
    return (
        f"{address} accepts the connection but does not respond: {_reason(error)}",
        f"{CHECK_ADDRESS}: http instead of https? Or {_PROXY}",
    )


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> tuple[str, str]:
    if error.verify_code in (_EXPIRED, _NOT_YET_VALID):
        what = "has expired" if error.verify_code == _EXPIRED else "is not valid yet"
        return (
            f"the certificate of {host} {what}",
            "Check the clock of this machine; if it is right, the server owner must renew it",
        )
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return f"the certificate is not valid for {host}", CHECK_ADDRESS
    return (
        f"the certificate of {host} is not trusted: {error.verify_message}",
        "If a proxy inspects TLS, set SSL_CERT_FILE to the certificate of its authority",
    )


def _reason(error: AssociationsError) -> str:
    return str(error.__cause__ or "") or str(error).rpartition(": ")[2]
