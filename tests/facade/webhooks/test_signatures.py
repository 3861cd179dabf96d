"""Forged, modified and unsigned deliveries are rejected, with the reason."""

import base64
import pickle
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from types import MappingProxyType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import AssociationsError
from facade.testing.webhooks import WebhookSender
from facade.webhooks import (
    PUBLIC_KEY,
    SignatureMismatchError,
    SignatureMissingError,
    WebhookError,
    verify,
)

BODY = b'{"type": "RelationCreate", "id": "6a44"}'


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
    signature = sender.sign(BODY)["X-GHL-Signature"]
    for headers in (
        {"X-GHL-Signature": signature},
        {"x-ghl-signature": signature, "host": "app"},
        {b"x-ghl-signature": signature.encode()},
        MappingProxyType({"X-Ghl-Signature": f" {signature} ", "X-WH-Signature": "N/A"}),
    ):
        verify(headers, BODY, public_key=sender.public_key)


def test_the_built_in_key_is_highlevels_and_trusts_no_other(sender: WebhookSender) -> None:
    assert base64.b64decode(PUBLIC_KEY)[-32:].hex().startswith("8b61d1d6cacbe2")
    with pytest.raises(SignatureMismatchError):
        verify(sender.sign(BODY), BODY)


@pytest.mark.parametrize(
    ("headers", "error_class", "message"),
    [
        ({}, SignatureMissingError, "the delivery has no X-GHL-Signature"),
        ({"X-GHL-Signature": "N/A"}, SignatureMissingError, "the delivery has no X-GHL-Signature"),
        ({"X-WH-Signature": "eA=="}, SignatureMissingError, "pass HighLevel's RSA key"),
        ({"X-GHL-Signature": "é"}, SignatureMismatchError, "is not base64"),
        ({"X-GHL-Signature": "eA=="}, SignatureMismatchError, "the received bytes"),
        ({"X-GHL-Signature": None}, SignatureMismatchError, "the received bytes"),
        (
            {"X-GHL-Signature": "eA==", "x-ghl-signature": "eQ=="},
            SignatureMismatchError,
            "more than one X-GHL-Signature",
        ),
    ],
)
def test_the_error_for_a_bad_signature_says_why(
    headers: dict[str, Any], error_class: type[WebhookError], message: str
) -> None:
    with pytest.raises(error_class, match=message) as caught:
        verify(headers, BODY)
    assert type(caught.value) is error_class
    assert caught.value.status_code == 401
    assert isinstance(caught.value, AssociationsError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_legacy_header_counts_only_with_its_key(legacy: tuple[str, str]) -> None:
    pem, signature = legacy
    verify({"X-WH-Signature": signature}, BODY, legacy_key=pem)
    verify({"X-WH-Signature": signature, "X-GHL-Signature": "N/A"}, BODY, legacy_key=pem)
    with pytest.raises(SignatureMissingError):
        verify({"X-WH-Signature": signature}, BODY)
    with pytest.raises(SignatureMismatchError, match="X-WH-Signature"):
        verify({"X-WH-Signature": signature}, BODY + b" ", legacy_key=pem)
    with pytest.raises(SignatureMissingError):
        verify({"X-WH-Signature": "N/A"}, BODY, legacy_key=pem)
    with pytest.raises(ValueError, match="public_key is not an Ed25519 key"):
        verify({}, BODY, public_key=pem)


def test_a_legacy_signature_does_not_excuse_a_wrong_new_one(legacy: tuple[str, str]) -> None:
    pem, signature = legacy
    headers = {"X-WH-Signature": signature, "X-GHL-Signature": "eA=="}
    with pytest.raises(SignatureMismatchError, match="X-GHL-Signature"):
        verify(headers, BODY, legacy_key=pem)


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"public_key": ""}, "public_key must be a public key as PEM, or as bytes"),
        ({"public_key": "eA=="}, "public_key must be a public key as PEM, or as bytes"),
        ({"public_key": "8b61d"}, "public_key must be a public key as PEM, or as bytes"),
        ({"public_key": b"x" * 31}, "public_key must be a public key as PEM, or as bytes"),
        ({"public_key": "-----BEGIN PUBLIC KEY-----"}, "public_key must be a public key as PEM"),
        ({"legacy_key": PUBLIC_KEY}, "legacy_key is not an RSA key"),
    ],
)
def test_an_unusable_key_is_a_value_error_and_no_bad_delivery(
    keys: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        verify({}, BODY, **keys)


def test_a_parsed_body_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="received bytes, not dict"):
        verify({}, {"id": "6a44"})  # type: ignore[arg-type]


def test_a_key_is_pem_bytes_hex_or_base64(sender: WebhookSender, legacy: tuple[str, str]) -> None:
    der = base64.b64decode(sender.public_key)
    pem = load_der_public_key(der).public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    of_32_bytes = der[-32:]
    for key in (
        pem,
        f"\n{pem.decode()}",
        *(each for raw in (der, of_32_bytes) for each in (raw, raw.hex(), raw.hex().upper())),
        *(f"{base64.b64encode(raw).decode()}\n" for raw in (der, of_32_bytes)),
    ):
        verify(sender.sign(BODY), BODY, public_key=key)
        with pytest.raises(SignatureMismatchError):
            verify(sender.sign(b"another"), BODY, public_key=key)
    rsa_pem, signature = legacy
    verify({"X-WH-Signature": signature}, BODY, legacy_key=rsa_pem.encode())


PADDING = st.text(" \t", max_size=2)


@st.composite
def changes(draw: st.DrawFn) -> tuple[bool, bytes, bytes, str, str]:
    """Draw whether a delivery is changed; its body and signature, and the header's name and pad."""
    part = draw(st.sampled_from(["nothing", "body", "signature"]))
    mask = bytearray(64)
    if part == "signature":
        mask[draw(st.integers(0, 63))] = draw(st.integers(1, 255))
    body = draw(st.binary().filter(lambda other: other != BODY)) if part == "body" else BODY
    name = draw(st.sampled_from(["X-GHL-Signature", "x-ghl-signature", "X-Ghl-SIGNATURE"]))
    return part != "nothing", body, bytes(mask), name, draw(PADDING)


def test_a_delivery_is_accepted_exactly_if_its_body_and_signature_are_unchanged(
    sender: WebhookSender,
) -> None:
    signature = base64.b64decode(sender.sign(BODY)["X-GHL-Signature"])
    outcomes: Counter[bool] = Counter()

    @settings(deadline=None)
    @given(changes(), st.dictionaries(st.text() | st.binary(), st.text() | st.none()))
    def each(change: tuple[bool, bytes, bytes, str, str], others: Mapping[Any, Any]) -> None:
        is_changed, body, mask, name, padding = change
        sent = bytes(one ^ other for one, other in zip(signature, mask, strict=True))
        text = f"{padding}{base64.b64encode(sent).decode()}{padding}"
        with pytest.raises(SignatureMismatchError) if is_changed else nullcontext():
            verify({**others, name: text}, body, public_key=sender.public_key)
        outcomes[is_changed] += 1

    each()
    assert min(outcomes[True], outcomes[False]) >= 5, outcomes
