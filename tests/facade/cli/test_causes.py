"""connection_cause: why no response came, and what to do."""

import errno
import socket
import ssl

import pytest

from facade import APITimeoutError, AssociationsError, ConnectFailedError, ConnectionLostError
from facade.cli.causes import connection_cause
from facade.testing import Sandbox
from tests.facade.cli.conftest import Doctor, statuses

BASE_URL = "https://api.test"


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("refused")
    error.verify_code, error.verify_message = code, "self-signed certificate"
    return error


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize(
    ("cause", "found", "advice"),
    [
        (OSError(errno.ENETUNREACH, "x"), "there is no route to api.test, port 443", "network"),
        (OSError(errno.EHOSTUNREACH, "x"), "there is no route to api.test, port 443", "network"),
        (
            OSError(errno.EMFILE, "too many"),
            "api.test, port 443 cannot be reached: of httpx",
            "address",
        ),
        (certificate(9), "the certificate of api.test is not valid yet", "clock of this machine"),
        (certificate(10), "the certificate of api.test has expired", "clock of this machine"),
        (certificate(62), "the certificate is not valid for api.test", "Check the address"),
        (certificate(64), "the certificate is not valid for api.test", "Check the address"),
        (
            certificate(18),
            "the certificate of api.test is not trusted: self-signed certificate",
            "SSL_CERT_FILE",
        ),
    ],
)
def test_the_cause_is_named_with_what_to_do(cause: OSError, found: str, advice: str) -> None:
    error = ConnectFailedError("GET /associations/: cannot connect: refused")
    error.__cause__ = RuntimeError("of httpx")
    error.__cause__.__cause__ = cause
    said, what_to_do = connection_cause(error, BASE_URL)
    assert said.startswith(found)
    assert advice in what_to_do


@pytest.mark.usefixtures("no_proxy")
@pytest.mark.parametrize(
    ("error", "base_url", "found"),
    [
        (
            ConnectFailedError("GET /x: cannot connect: no connection in time"),
            "http://api.test",
            "api.test, port 80 cannot be reached: no connection in time",
        ),
        (
            APITimeoutError("GET /x: no response in time"),
            "http://api.test:8080/base",
            "api.test, port 8080 accepts the connection but does not respond: no response in time",
        ),
        (
            ConnectionLostError("GET /x: connection lost: closed"),
            "https://api.test",
            "api.test, port 443 accepts the connection but does not respond: closed",
        ),
    ],
)
def test_without_a_known_cause_the_reason_of_the_error_is_quoted(
    error: AssociationsError, base_url: str, found: str
) -> None:
    assert connection_cause(error, base_url)[0] == found


def test_a_closed_port_is_named(doctor: Doctor, closed_port: int) -> None:
    checks = doctor("--base-url", f"https://127.0.0.1:{closed_port}")
    assert statuses(checks) == "W-----"
    assert checks["network"]["found"] == f"nothing listens at 127.0.0.1, port {closed_port}"


def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:5e-cret@127.0.0.1:{closed_port}")
    checks = doctor("--base-url", "https://services.leadconnectorhq.invalid")
    found = checks["network"]["found"]
    assert found == f"nothing listens at the proxy 127.0.0.1, port {closed_port}"


@pytest.mark.usefixtures("no_proxy")
def test_an_unknown_name_is_named(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    checks = doctor("--base-url", "https://services.leadconnectorhq.invalid")
    assert checks["network"]["found"] == (
        "the host name services.leadconnectorhq.invalid cannot be resolved"
    )


def test_a_server_without_tls_is_named(doctor: Doctor, sandbox: Sandbox) -> None:
    with sandbox.serve() as server:
        checks = doctor("--base-url", server.url.replace("http", "https"))
    assert statuses(checks) == "W-----"
    assert f"127.0.0.1, port {server.port} does not speak TLS: " in checks["network"]["found"]
