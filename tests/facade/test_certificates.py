"""An invalid certificate ends a call after one attempt, and the log has the reason."""

import datetime
import logging
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from facade import ConnectFailedError
from facade._core import http
from tests.facade.driving import Clients
from tests.facade.serving import serving


def write_certificate(path: Path, days: int) -> None:
    """Make a certificate of localhost, signed by itself, that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    end = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=days)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(end - datetime.timedelta(days=30))
        .not_valid_after(end)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    private = key.private_bytes(pem, form, serialization.NoEncryption())
    path.write_bytes(made.public_bytes(pem) + private)


@pytest.mark.parametrize("is_trusted", [False, True])
def test_a_certificate_that_cannot_be_trusted_is_told_at_once(
    clients: Clients,
    is_trusted: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(http, "tls_context", http.tls_context.__wrapped__)  # sets TLS up anew
    path = tmp_path / "server.pem"
    write_certificate(path, days=-1)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    why = "has expired" if is_trusted else "self-signed certificate"
    caplog.set_level(logging.INFO, "facade")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(path)
    with serving(lambda *_: pytest.fail("sent"), tls) as address:
        url = f"https://{address.replace('127.0.0.1', 'localhost')}"
        with pytest.raises(ConnectFailedError, match=why) as caught:
            clients("pit-x", "location", base_url=url).associations.list()
    assert caught.value.attempts == 1
    (line,) = (one.message for one in caplog.records if one.levelno == logging.INFO)
    assert line.startswith("GET /associations/ fails after 1 attempt in")
    assert why in line
