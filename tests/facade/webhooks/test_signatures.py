"""Forged, modified and unsigned deliveries are rejected, with the reason."""

import base64
import pickle
from collections.abc import Iterator
from types import MappingProxyType

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from facade.testing.webhooks import WebhookSender
from facade.webhooks import PUBLIC_KEY, SignatureMismatchError, SignatureMissingError, verify

BODY = b'{"type": "RelationCreate", "id": "6a44"}'
NEW, LEGACY = "X-GHL-Signature", "X-WH-Signature"
FORGED = base64.b64encode(bytes(64)).decode()


@pytest.fixture(scope="module")
def sender() -> Iterator[WebhookSender]:
    with WebhookSender(lambda headers, body: None) as sender:
        yield sender


@pytest.fixture(scope="module")
def legacy() -> tuple[str, str]:
    """Make an RSA key; give it as PEM, and its signature of BODY."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signature = key.sign(BODY, padding.PKCS1v15(), SHA256())
    pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return pem.decode(), base64.b64encode(signature).decode()


def test_a_signed_body_passes_whatever_the_case_of_the_header(sender: WebhookSender) -> None:
    signature = sender.sign(BODY)[NEW]
    for headers in (
        {NEW: signature},
        {"x-ghl-signature": signature, "host": "app"},
        {b"x-ghl-signature": signature.encode(), b"\xff": b""},
        MappingProxyType({"X-Ghl-Signature": f" {signature} ", LEGACY: "N/A"}),
    ):
        verify(headers, BODY, public_key=sender.public_key)
        with pytest.raises(SignatureMismatchError, match="the received bytes"):
            verify(headers, BODY + b" ", public_key=sender.public_key)
        with pytest.raises(SignatureMismatchError):
            verify(headers, BODY)  # the built-in key is HighLevel's, and trusts no other
    assert base64.b64decode(PUBLIC_KEY)[-32:].hex().startswith("8b61d1d6cacbe2")


MISSING, MISMATCH = SignatureMissingError, SignatureMismatchError


def test_the_error_for_a_bad_signature_says_why() -> None:
    for headers, error_class, message in (
        ({NEW: "N/A"}, MISSING, f"the delivery has no {NEW}"),
        ({NEW: None}, MISSING, f"the delivery has no {NEW}"),  # as `get` returns it
        ({LEGACY: FORGED}, MISSING, "pass HighLevel's RSA key"),
        ({NEW: "eA!=="}, MISMATCH, f"{NEW} is not base64"),
        ({NEW: FORGED}, MISMATCH, f"{NEW} is not HighLevel's .* the received bytes"),
        ({NEW: FORGED, NEW.lower(): "eA=="}, MISMATCH, f"more than one {NEW}"),
    ):
        with pytest.raises(error_class, match=message) as caught:
            verify(headers, BODY)
        assert caught.value.status_code == 401
        assert caught.value.__suppress_context__ == (caught.value.__context__ is not None)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_legacy_header_counts_with_its_key_and_alone(
    legacy: tuple[str, str], sender: WebhookSender
) -> None:
    pem, signature = legacy
    verify(sender.sign(BODY), BODY, public_key=sender.public_key, legacy_key=pem)
    verify({LEGACY: signature, NEW: "N/A"}, BODY, legacy_key=pem.encode())
    with pytest.raises(SignatureMissingError, match=f"only {LEGACY}"):
        verify({LEGACY: signature}, BODY)
    with pytest.raises(SignatureMismatchError, match=LEGACY):
        verify({LEGACY: signature}, BODY + b" ", legacy_key=pem)
    with pytest.raises(SignatureMismatchError, match=NEW):
        verify({LEGACY: signature, NEW: FORGED}, BODY, legacy_key=pem)
    with pytest.raises(ValueError, match="public_key is not an Ed25519 key"):
        verify({}, BODY, public_key=pem)


NO_KEY = "must be a public key as PEM, or as bytes, hex or base64"


def test_an_unusable_key_or_body_is_no_bad_delivery() -> None:
    der = base64.b64decode(PUBLIC_KEY)
    unknown = der.replace(b"\x2b\x65\x70", b"\x2b\x65\x7f")  # its algorithm
    for key in (None, "", f"!{PUBLIC_KEY}", "-----BEGIN PUBLIC KEY-----", b"x" * 31, unknown):
        with pytest.raises(ValueError, match=f"public_key {NO_KEY}") as caught:
            verify({}, BODY, public_key=key)  # type: ignore[arg-type]
        assert caught.value.__cause__ is not None
    with pytest.raises(ValueError, match="legacy_key is not an RSA key"):
        verify({}, BODY, legacy_key=PUBLIC_KEY)
    with pytest.raises(TypeError, match="received bytes, not dict"):
        verify({}, {"id": "6a44"})  # type: ignore[arg-type]


def test_a_key_is_pem_bytes_hex_or_base64(sender: WebhookSender) -> None:
    der = base64.b64decode(sender.public_key)
    pem = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    keys: list[str | bytes] = [pem, f"\n{pem.decode()}"]
    for raw in (der, der[-32:]):
        keys += [raw, raw.hex(), raw.hex().upper(), f"{base64.b64encode(raw).decode()}\n"]
    for key in keys:
        verify(sender.sign(BODY), BODY, public_key=key)
