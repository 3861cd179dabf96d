"""Why a connection failed, and what to do; test_first_day has the advice of other errors."""

import errno
import socket
import ssl
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from facade import errors
from facade._core.advice import advice_for
from facade._core.response import failure_of

AT = "api.test, port 443"


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("refused")
    error.verify_code, error.verify_message = code, "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("cause", "found", "advice"),
    [
        (OSError(errno.ENETUNREACH, "x"), f"there is no route to {AT}", "check the network"),
        (OSError(errno.EHOSTUNREACH, "x"), f"there is no route to {AT}", "check the network"),
        (OSError(errno.EMFILE, "many"), f"of httpx ({AT})", "check base_url"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), f"nothing listens at {AT}", "a proxy or"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "the host name api.test cannot be resol", "DNS"),
        (ssl.SSLError("odd"), f"{AT} does not speak TLS: ", "https instead of http"),
        (certificate(9), "the certificate of api.test is not valid yet", "clock of this machine"),
        (certificate(10), "the certificate of api.test has expired", "clock of this machine"),
        (certificate(62), "the certificate is not valid for api.test", "check base_url"),
        (certificate(64), "the certificate is not valid for api.test", "check base_url"),
        (certificate(18), "the certificate of api.test is not trusted: self", "SSL_CERT_FILE"),
        (certificate(79), "the certificate of api.test lacks what Python 3.13", "X509_STRICT"),
        (certificate(93), "the certificate of api.test lacks what Python 3.13", "X509_STRICT"),
        (certificate(94), "the certificate of api.test is not trusted: self", "SSL_CERT_FILE"),
    ],
)
def test_the_cause_of_a_failed_connection_is_named_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, cause: OSError, found: str, advice: str
) -> None:
    monkeypatch.setattr("facade._core.pool.getproxies", dict)
    error = httpx.ConnectError("of httpx")
    error.__cause__ = cause
    target: Any = SimpleNamespace(method="GET", path="/a", url="https://api.test/a")
    made = failure_of(error, target, None, expired=False)
    assert isinstance(made, errors.ConnectFailedError)
    assert str(made).startswith(f"GET /a: cannot connect: {found}")
    assert advice in made.advice


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (errors.MissingScopeError, "add the scope to the Private Integration, or to the app and"),
        (errors.NotFoundError, "check the id and the location"),
        (errors.UnprocessableEntityError, "check that the token has the scope: without it, one is"),
    ],
)
def test_other_paths_have_the_general_advice(
    kind: type[errors.APIStatusError], advice: str
) -> None:
    assert advice_for(kind("property x should not exist"), "other").startswith(advice)
