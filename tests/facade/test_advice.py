"""connection_cause: why no response came, and what to do."""

import errno
import socket
import ssl

import pytest

from facade import APITimeoutError, AssociationsError, ConnectFailedError, ConnectionLostError
from facade.cli.causes import connection_cause
from facade.testing import Sandbox
from tests.facade.cli.conftest import Doctor, statuses

AT = "api.test, port 443"


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("https_proxy", "http_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def certificate(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("refused")
    error.verify_code, error.verify_message = code, "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("cause", "found", "advice"),
    [
        (OSError(errno.ENETUNREACH, "x"), f"there is no route to {AT}", "network"),
        (OSError(errno.EHOSTUNREACH, "x"), f"there is no route to {AT}", "network"),
        (OSError(errno.EMFILE, "many"), f"{AT} cannot be reached: of httpx", "address"),
        (ConnectionRefusedError(), f"nothing listens at {AT}", "a proxy or a firewall"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "the host name api.test cannot be resol", "DNS"),
        (certificate(9), "the certificate of api.test is not valid yet", "clock of this machine"),
        (certificate(10), "the certificate of api.test has expired", "clock of this machine"),
        (certificate(62), "the certificate is not valid for api.test", "Check the address"),
        (certificate(64), "the certificate is not valid for api.test", "Check the address"),
        (certificate(18), "the certificate of api.test is not trusted: self", "SSL_CERT_FILE"),
    ],
)
def test_the_cause_is_named_with_what_to_do(cause: OSError, found: str, advice: str) -> None:
    error = ConnectFailedError("GET /associations/: cannot connect: refused")
    error.__cause__ = RuntimeError("of httpx")
    error.__cause__.__cause__ = cause
    said, what_to_do = connection_cause(error, "https://api.test")
    assert said.startswith(found)
    assert advice in what_to_do


SILENT = "accepts the connection but does not respond:"


@pytest.mark.parametrize(
    ("error", "base_url", "found"),
    [
        (ConnectFailedError("GET /x: late"), "http://api.test", ", port 80 cannot be reached:"),
        (APITimeoutError("GET /x: late"), "http://api.test:8/b", f", port 8 {SILENT} late"),
        (ConnectionLostError("GET /x: lost: closed"), "https://api.test", f", port 443 {SILENT} c"),
    ],
)
def test_without_a_known_cause_the_reason_of_the_error_is_quoted(
    error: AssociationsError, base_url: str, found: str
) -> None:
    assert connection_cause(error, base_url)[0].startswith(f"api.test{found}")


def test_a_proxy_that_cannot_be_reached_is_named_without_its_password(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, closed_port: int
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:5e-cret@127.0.0.1:{closed_port}")
    found = doctor("--base-url", "https://services.leadconnectorhq.invalid")["network"]["found"]
    assert found == f"nothing listens at the proxy 127.0.0.1, port {closed_port}"


def test_a_server_without_tls_is_named(doctor: Doctor, sandbox: Sandbox) -> None:
    with sandbox.serve() as server:
        checks = doctor("--base-url", server.url.replace("http", "https"))
    assert statuses(checks) == "W-----"
    assert f"127.0.0.1, port {server.port} does not speak TLS: " in checks["network"]["found"]
    assert "https instead of http" in checks["network"]["advice"]
