"""Verification of signatures: HighLevel signs the raw body of each delivery."""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from facade._core.lazy import missing_extra

try:
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import (
        load_der_public_key,
        load_pem_public_key,
    )
except ImportError as error:  # pragma: no cover
    raise missing_extra("webhooks") from error

from facade.webhooks.rejections import SignatureMismatchError, SignatureMissingError

PUBLIC_KEY = "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg="
"""HighLevel's Ed25519 key: base64 of the DER."""
HEADER, LEGACY_HEADER = "X-GHL-Signature", "X-WH-Signature"


def verify(
    headers: Mapping[Any, Any],
    raw_body: bytes,
    *,
    public_key: str = PUBLIC_KEY,
    legacy_key: str | None = None,
) -> None:
    """Check that HighLevel sent this body; raise SignatureMissingError or SignatureMismatchError.

    `headers` is any mapping; the case of names does not matter. `raw_body` is the received body,
    before parsing. A key is PEM, or base64 of the DER. X-WH-Signature, which HighLevel stopped
    sending on 2026-09-01, is checked only if X-GHL-Signature is missing and `legacy_key`,
    HighLevel's RSA key, is given: for earlier recorded deliveries.
    """
    body = checked_body(raw_body)
    key, rsa_key = _ed25519(public_key), None if legacy_key is None else _rsa(legacy_key)
    signature, legacy = _signature(headers, HEADER), _signature(headers, LEGACY_HEADER)
    try:
        if signature is not None:
            key.verify(_decoded(signature, HEADER), body)
        elif legacy is not None and rsa_key is not None:
            rsa_key.verify(_decoded(legacy, LEGACY_HEADER), body, PKCS1v15(), SHA256())
        elif legacy is not None:
            raise SignatureMissingError(
                f"the delivery has only {LEGACY_HEADER}, which HighLevel stopped sending on "
                "2026-09-01: to accept it, pass HighLevel's RSA key as legacy_key"
            )
        else:
            raise SignatureMissingError(
                f"the delivery has no {HEADER}: HighLevel did not send it, or a proxy removed the "
                "header"
            )
    except InvalidSignature:
        name = HEADER if signature is not None else LEGACY_HEADER
        raise SignatureMismatchError(
            f"{name} is not HighLevel's signature of this body: pass the received bytes, before "
            "parsing; if they are these, HighLevel did not send them"
        ) from None


def checked_body(raw_body: object) -> bytes:
    """Return a body of bytes; raise TypeError, clearer than a mismatch, for anything else."""
    if isinstance(raw_body, bytes):
        return raw_body
    raise TypeError(f"raw_body must be the received bytes, not {type(raw_body).__name__}")


def _signature(headers: Mapping[Any, Any], wanted: str) -> str | None:
    """Return the value of a header; raise SignatureMismatchError if it has several."""
    found: set[str] = set()
    for name, value in headers.items():
        if _text(name).lower() == wanted.lower():
            found.add(_text(value).strip())
    found -= {"", "N/A"}
    if len(found) > 1:
        raise SignatureMismatchError(f"the delivery has more than one {wanted}")
    return found.pop() if found else None


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _decoded(signature: str, name: str) -> bytes:
    try:
        return base64.b64decode(signature, validate=True)
    except ValueError:
        raise SignatureMismatchError(f"{name} is not base64") from None


@lru_cache
def _ed25519(text: str) -> Ed25519PublicKey:
    key = _key(text, "public_key")
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("public_key is not an Ed25519 key")
    return key


@lru_cache
def _rsa(text: str) -> RSAPublicKey:
    key = _key(text, "legacy_key")
    if not isinstance(key, RSAPublicKey):
        raise ValueError("legacy_key is not an RSA key")
    return key


def _key(text: str, name: str) -> object:
    try:
        if "-----BEGIN" in text:
            return load_pem_public_key(text.strip().encode())
        return load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{name} must be a public key as PEM, or base64 of its DER") from error
