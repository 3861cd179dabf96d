"""Who sent it: HighLevel signs the body of each delivery, byte by byte."""

import base64
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

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
    raise ImportError("install highlevel-associations[webhooks]") from error

from facade.webhooks.errors import SignatureMismatchError, SignatureMissingError

PUBLIC_KEY = "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg="  # HighLevel's
HEADER, LEGACY_HEADER = "X-GHL-Signature", "X-WH-Signature"


def verify(
    headers: Mapping[Any, Any],
    raw_body: bytes,
    *,
    public_key: str = PUBLIC_KEY,
    legacy_key: str | None = None,
) -> None:
    """Make sure that HighLevel sent these bytes: SignatureMissingError, SignatureMismatchError.

    `headers` is any mapping, names in any case. `raw_body` is the body as it came, before anything
    parsed it. A key is PEM, or base64 of the DER. X-WH-Signature, which HighLevel is giving up,
    counts only where X-GHL-Signature is missing and `legacy_key`, HighLevel's RSA key, is given.
    """
    body = as_bytes(raw_body)
    key, legacy = _ed25519(public_key), None if legacy_key is None else _rsa(legacy_key)
    signature, old = _signature(headers, HEADER), _signature(headers, LEGACY_HEADER)
    try:
        if signature is not None:
            key.verify(_decoded(signature, HEADER), body)
        elif old is not None and legacy is not None:
            legacy.verify(_decoded(old, LEGACY_HEADER), body, PKCS1v15(), SHA256())
        elif old is not None:
            raise SignatureMissingError(
                f"there is only {LEGACY_HEADER}, which is given up: pass HighLevel's RSA key as "
                "legacy_key to accept it"
            )
        else:
            raise SignatureMissingError(
                f"there is no {HEADER}: HighLevel did not send this, or a proxy removed it"
            )
    except InvalidSignature:
        name = HEADER if signature is not None else LEGACY_HEADER
        raise SignatureMismatchError(
            f"{name} is not the signature of this body: give the bytes as they came, before "
            "anything parsed them; if they are, somebody else sent them"
        ) from None


def as_bytes(raw_body: object) -> bytes:
    """Take a body as it came; whoever gives something else is told now, not by a bad signature."""
    if isinstance(raw_body, bytes):
        return raw_body
    kind = type(raw_body).__name__
    raise TypeError(f"raw_body is the body's bytes as they came, not {kind}")


def _signature(headers: Mapping[Any, Any], wanted: str) -> str | None:
    """Find a header; one that comes twice with two values proves nothing."""
    found: set[str] = set()
    for name, value in headers.items():
        if _text(name).lower() == wanted.lower():
            found.add(_text(value).strip())
    found -= {"", "N/A"}
    if len(found) > 1:
        raise SignatureMismatchError(f"{wanted} comes with more than one value")
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
        raise ValueError("public_key is no Ed25519 key")
    return key


@lru_cache
def _rsa(text: str) -> RSAPublicKey:
    key = _key(text, "legacy_key")
    if not isinstance(key, RSAPublicKey):
        raise ValueError("legacy_key is no RSA key")
    return key


def _key(text: str, name: str) -> object:
    try:
        if "-----BEGIN" in text:
            return load_pem_public_key(text.strip().encode())
        return load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValueError(f"{name} is neither PEM nor base64 of the DER of a public key") from error
