"""Verification of signatures: HighLevel signs the raw body of each delivery."""

import base64
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, TypeVar

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

Key = TypeVar("Key")

PUBLIC_KEY = "MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg="
"""HighLevel's Ed25519 key: base64 of the DER."""
_RAW_SIZE = 32  # bytes of an Ed25519 key
_HEX = re.compile("[0-9a-fA-F]+")
HEADER, LEGACY_HEADER = "X-GHL-Signature", "X-WH-Signature"


def verify(
    headers: Mapping[Any, Any],
    raw_body: bytes,
    *,
    public_key: str | bytes = PUBLIC_KEY,
    legacy_key: str | bytes | None = None,
) -> None:
    """Check that HighLevel sent this body; raise SignatureMissingError or SignatureMismatchError.

    `headers` is any mapping; the case of names does not matter. `raw_body` is the received body,
    before parsing. A key is PEM, or its DER, or the 32 bytes of an Ed25519 key; both as bytes, hex
    or base64. X-WH-Signature, which HighLevel stopped sending on 2026-09-01, is checked only if
    X-GHL-Signature is missing and `legacy_key`, HighLevel's RSA key, is given: for earlier recorded
    deliveries.
    """
    body = checked_body(raw_body)
    key = _key("public_key", public_key, Ed25519PublicKey)
    rsa_key = None if legacy_key is None else _key("legacy_key", legacy_key, RSAPublicKey)
    found: dict[str, str] = {}
    for name in (HEADER, LEGACY_HEADER):
        values = header_values(headers, name)
        if len(values) > 1:
            raise SignatureMismatchError(f"the delivery has more than one {name}")
        found.update((name, value) for value in values)
    if not found:
        raise SignatureMissingError(
            f"the delivery has no {HEADER}: HighLevel did not send it, or a proxy removed it"
        )
    (name, signature), *_ = found.items()
    if name == HEADER:
        rsa_key = None
    elif rsa_key is None:
        raise SignatureMissingError(
            f"the delivery has only {LEGACY_HEADER}, which HighLevel stopped sending on "
            "2026-09-01: to accept it, pass HighLevel's RSA key as legacy_key"
        )
    try:
        decoded = base64.b64decode(signature, validate=True)
        if rsa_key is None:
            key.verify(decoded, body)
        else:
            rsa_key.verify(decoded, body, PKCS1v15(), SHA256())
    except ValueError:
        raise SignatureMismatchError(f"{name} is not base64") from None
    except InvalidSignature:
        raise SignatureMismatchError(
            f"{name} is not HighLevel's signature of this body: pass the received bytes, before "
            "parsing; if they are these, HighLevel did not send them"
        ) from None


def checked_body(raw_body: object) -> bytes:
    """Return a body of bytes; raise TypeError, clearer than a mismatch, for anything else."""
    if isinstance(raw_body, bytes):
        return raw_body
    raise TypeError(f"raw_body must be the received bytes, not {type(raw_body).__name__}")


def header_values(headers: Mapping[Any, Any], wanted: str) -> set[str]:
    """Return the different values of a header, whatever the case of its name."""
    named = (value for name, value in headers.items() if _text(name).lower() == wanted.lower())
    return {_text(value).strip() for value in named if value is not None} - {"", "N/A"}


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


@lru_cache
def _key(name: str, key: str | bytes, kind: type[Key]) -> Key:
    try:
        content = key if isinstance(key, bytes) else _bytes_of(key.strip())
        if b"-----BEGIN" in content:
            found: object = load_pem_public_key(content.strip())
        elif len(content) == _RAW_SIZE:
            found = Ed25519PublicKey.from_public_bytes(content)
        else:
            found = load_der_public_key(content)
    except (ValueError, AttributeError, UnsupportedAlgorithm) as error:  # or no text at all
        raise ValueError(
            f"{name} must be a public key as PEM, or as bytes, hex or base64"
        ) from error
    if not isinstance(found, kind):
        raise ValueError(f"{name} is not an {kind.__name__.removesuffix('PublicKey')} key")
    return found


def _bytes_of(text: str) -> bytes:
    if "-----BEGIN" in text:
        return text.encode()
    # The base64 of a key is not hex: it starts with M, or ends with an equals sign.
    return bytes.fromhex(text) if _HEX.fullmatch(text) else base64.b64decode(text, validate=True)
