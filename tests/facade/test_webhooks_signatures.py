"""Who sent it: forged, changed and unsigned deliveries are refused, and the error says why."""

import base64
import pickle
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
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


def test_what_was_signed_passes_whatever_the_case_of_the_header(sender: WebhookSender) -> None:
    signature = sender.sign(BODY)["X-GHL-Signature"]
    for headers in (
        {"X-GHL-Signature": signature},
        {"x-ghl-signature": signature, "host": "app"},
        {b"x-ghl-signature": signature.encode()},
        MappingProxyType({"X-Ghl-Signature": f" {signature} ", "X-WH-Signature": "N/A"}),
    ):
        verify(headers, BODY, public_key=sender.public_key)


def test_highlevels_own_key_is_built_in_and_trusts_nobody_else(sender: WebhookSender) -> None:
    assert base64.b64decode(PUBLIC_KEY)[-32:].hex().startswith("8b61d1d6cacbe2")
    with pytest.raises(SignatureMismatchError):
        verify(sender.sign(BODY), BODY)


@pytest.mark.parametrize(
    ("headers", "kind", "says"),
    [
        ({}, SignatureMissingError, "there is no X-GHL-Signature"),
        ({"X-GHL-Signature": ""}, SignatureMissingError, "there is no X-GHL-Signature"),
        ({"X-GHL-Signature": "N/A"}, SignatureMissingError, "there is no X-GHL-Signature"),
        ({"X-WH-Signature": "N/A"}, SignatureMissingError, "there is no X-GHL-Signature"),
        ({"X-WH-Signature": "eA=="}, SignatureMissingError, "pass HighLevel's RSA key"),
        ({"X-GHL-Signature": "?"}, SignatureMismatchError, "is not base64"),
        ({"X-GHL-Signature": "é"}, SignatureMismatchError, "is not base64"),
        ({"X-GHL-Signature": "eA=="}, SignatureMismatchError, "the bytes as they came"),
        ({"X-GHL-Signature": "A" * 88}, SignatureMismatchError, "the bytes as they came"),
        ({"X-GHL-Signature": None}, SignatureMismatchError, "the bytes as they came"),
        (
            {"X-GHL-Signature": "eA==", "x-ghl-signature": "eQ=="},
            SignatureMismatchError,
            "than one",
        ),
    ],
)
def test_what_is_not_signed_right_is_refused_and_says_why(
    headers: dict[str, Any], kind: type[WebhookError], says: str
) -> None:
    with pytest.raises(kind, match=says) as caught:
        verify(headers, BODY)
    assert type(caught.value) is kind
    assert caught.value.status_code == 401
    assert isinstance(caught.value, AssociationsError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_body_that_was_changed_by_one_byte_is_refused(sender: WebhookSender) -> None:
    headers = sender.sign(BODY)
    for changed in (BODY[:-1], BODY + b" ", BODY.replace(b"6a44", b"6a45"), b""):
        with pytest.raises(SignatureMismatchError):
            verify(headers, changed, public_key=sender.public_key)


def test_the_legacy_header_counts_only_where_its_key_is_given(legacy: tuple[str, str]) -> None:
    pem, signature = legacy
    verify({"X-WH-Signature": signature}, BODY, legacy_key=pem)
    verify({"X-WH-Signature": signature, "X-GHL-Signature": "N/A"}, BODY, legacy_key=pem)
    with pytest.raises(SignatureMissingError):
        verify({"X-WH-Signature": signature}, BODY)
    with pytest.raises(SignatureMismatchError, match="X-WH-Signature"):
        verify({"X-WH-Signature": signature}, BODY + b" ", legacy_key=pem)
    with pytest.raises(SignatureMissingError):
        verify({"X-WH-Signature": "N/A"}, BODY, legacy_key=pem)


def test_a_wrong_new_signature_is_not_made_good_by_a_legacy_one(legacy: tuple[str, str]) -> None:
    pem, signature = legacy
    headers = {"X-WH-Signature": signature, "X-GHL-Signature": "eA=="}
    with pytest.raises(SignatureMismatchError, match="X-GHL-Signature"):
        verify(headers, BODY, legacy_key=pem)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"public_key": ""}, "public_key is neither PEM nor base64"),
        ({"public_key": "eA=="}, "public_key is neither PEM nor base64"),
        ({"public_key": "-----BEGIN PUBLIC KEY-----"}, "public_key is neither"),
        ({"legacy_key": PUBLIC_KEY}, "legacy_key is no RSA key"),
    ],
)
def test_a_key_that_is_none_is_the_apps_mistake_and_not_a_bad_delivery(
    keys: dict[str, str], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        verify({}, BODY, **keys)


def test_a_body_that_was_parsed_already_is_the_apps_mistake() -> None:
    with pytest.raises(TypeError, match="bytes as they came, not dict"):
        verify({}, {"id": "6a44"})  # type: ignore[arg-type]


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["X-GHL-Signature", "x-ghl-signature", "X-WH-Signature"])
        | st.text()
        | st.binary(),
        st.text() | st.binary() | st.none() | st.lists(st.text(), max_size=2),
    ),
    st.binary(),
)
def test_junk_raises_nothing_but_our_errors(headers: Mapping[Any, Any], body: bytes) -> None:
    with pytest.raises(WebhookError):
        verify(headers, body)
