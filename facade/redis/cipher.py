"""Encryption of grants in Redis, with keys of the app."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from facade._core.extras import missing_extra
from facade.oauth.errors import TokenStoreError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


class Cipher:
    """Encrypts with the first key, and decrypts with any of them."""

    def __init__(self, keys: str | bytes | Sequence[str | bytes]) -> None:
        try:
            from cryptography.fernet import Fernet, MultiFernet
        except ImportError as error:
            raise missing_extra("redis") from error
        given = [keys] if isinstance(keys, str | bytes) else keys
        self._fernet: MultiFernet | None = None
        # No error propagates from this frame, whose local variables hold the keys.
        with suppress(ValueError, TypeError):
            self._fernet = MultiFernet([Fernet(key) for key in given])

    def check(self) -> None:
        """Raise ValueError if one of the keys is not valid."""
        if self._fernet is None:
            raise ValueError(
                "encryption_key must be a key from Fernet.generate_key(), or a list of such keys"
            )

    def encrypted(self, text: str) -> bytes:
        """Encrypt a text."""
        assert self._fernet is not None  # noqa: S101 - checked above
        return self._fernet.encrypt(text.encode())

    def decrypted(self, stored: str | bytes) -> str | bytes:
        """Decrypt an entry; an unencrypted one is returned unchanged."""
        from cryptography.fernet import InvalidToken

        assert self._fernet is not None  # noqa: S101 - checked above
        if stored[:1] in ("{", b"{"):
            return stored
        try:
            return self._fernet.decrypt(stored)
        except InvalidToken:
            raise TokenStoreError(
                "the token store has an entry that none of the given keys can decrypt"
            ) from None
