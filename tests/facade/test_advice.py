"""Why a connection failed, and what to do; test_first_day has the advice of other errors."""

import errno
import json
import socket
import ssl
from base64 import urlsafe_b64encode
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from facade import errors
from facade._core.advice import address_of, advice_for, kind_of, limit_advice
from facade._core.response import failure_of
from facade.rate_limits import RateLimits

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
        (socket.gaierror(socket.EAI_NONAME, "x"), "the host name proxy.test cannot be reso", "DNS"),
        (ssl.SSLError(1, "odd"), f"{AT} does not speak TLS: odd", "https instead of http"),
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
    proxies = {"https": "http://proxy.test"} if "proxy" in found else {}
    monkeypatch.setattr("facade._core.pool.getproxies", lambda: proxies)
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
    assert advice_for(errors.UnprocessableEntityError("odd"), "other") == ""


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"location_id": "l"}, "an API key of v1"),
        ({"location_id": "l", "exp": "soon"}, "an OAuth access token"),
        ({"exp": 1e20}, "an OAuth access token"),
        ({}, "an OAuth access token"),
        ({"exp": 0}, "an OAuth access token that expired 1970-01-01 00:00 UTC"),
    ],
)
def test_the_claims_of_a_token_tell_its_kind(claims: dict[str, Any], kind: str) -> None:
    content = urlsafe_b64encode(json.dumps(claims).encode()).decode()
    assert kind_of(f"eyJh.{content}.s")[0] == kind


def test_only_an_unusual_limit_or_port_is_told() -> None:
    limits = [RateLimits(limit, *[None] * 5) for limit in (100, 25)]
    assert ["calls=" in limit_advice(each) for each in limits] == [False, True]
    assert address_of("http://api.test/a") == "api.test, port 80"
