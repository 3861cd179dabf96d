"""An invalid certificate ends a call after one attempt, and the log has the reason."""

import datetime
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from facade import ConnectFailedError
from facade._core import http
from tests.facade.driving import Clients, Mode

Serve = Callable[[int], tuple[str, list[object]]]


def certificate(path: Path, days: int) -> Path:
    """Make a certificate of localhost, signed by itself, that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - datetime.timedelta(days=30))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, form, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(pem) + private)
    return path


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Serve TLS with a certificate that ends in so many days; return its URL and connections."""
    listening = socket.create_server(("127.0.0.1", 0))
    connections: list[object] = []

    def serve(days: int) -> tuple[str, list[object]]:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate(tmp_path / "server.pem", days))

        def accept() -> None:
            with suppress(OSError):  # it is closed at the end
                while True:
                    connection, peer = listening.accept()
                    connections.append(peer)
                    with connection, suppress(OSError):
                        tls.wrap_socket(connection, server_side=True).close()

        threading.Thread(target=accept, daemon=True).start()
        return f"https://localhost:{listening.getsockname()[1]}", connections

    yield serve
    listening.shutdown(socket.SHUT_RDWR)  # which ends `accept`
    listening.close()


@pytest.fixture(autouse=True)
def trust(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set TLS up anew, before the test and after it."""
    http.tls_context.cache_clear()
    yield
    http.tls_context.cache_clear()


@pytest.mark.parametrize(
    ("days", "is_trusted", "why"),
    [(10, False, "self-signed certificate"), (-1, True, "certificate has expired")],
)
def test_a_certificate_that_cannot_be_trusted_is_told_at_once(
    serve: Serve,
    mode: Mode,
    days: int,
    is_trusted: bool,
    why: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    url, connections = serve(days)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    clients = Clients(mode)
    caplog.set_level(logging.INFO, "facade")
    try:
        with pytest.raises(ConnectFailedError, match=why) as caught:
            clients("pit-x", "location", base_url=url).associations.list()
    finally:
        clients.close()
    assert caught.value.attempts == len(connections) == 1
    lines = [one.message for one in caplog.records if one.levelno == logging.INFO]
    assert len(lines) == 1
    assert lines[0].startswith("GET /associations/ fails after 1 attempt in")
    assert why in lines[0]
