"""Cipher: grants in Redis are encrypted with keys of the app."""

from typing import Any

import pytest
from cryptography.fernet import Fernet

from facade.oauth import TokenStoreError
from facade.redis.cipher import Cipher
from tests.facade.conftest import everything_of

TEXT = '{"access_token": "a"}'


def test_the_first_key_encrypts_and_all_decrypt() -> None:
    old, new = Fernet.generate_key(), Fernet.generate_key().decode()
    stored = Cipher(old).encrypted(TEXT)
    assert b"access_token" not in stored
    both = Cipher([new, old])
    assert both.decrypted(stored) == TEXT.encode()
    assert Cipher(new).decrypted(both.encrypted(TEXT)) == TEXT.encode()


@pytest.mark.parametrize("kind", [str, bytes])
def test_an_entry_is_decrypted_as_either_kind_of_text(kind: type) -> None:
    cipher = Cipher(Fernet.generate_key())
    stored = cipher.encrypted(TEXT)
    assert cipher.decrypted(stored if kind is bytes else stored.decode()) == TEXT.encode()


@pytest.mark.parametrize("stored", [TEXT, TEXT.encode()])
def test_an_entry_that_was_stored_in_clear_is_returned_as_it_is(stored: str | bytes) -> None:
    assert Cipher(Fernet.generate_key()).decrypted(stored) == stored


@pytest.mark.parametrize("stored", [b"", b"not encrypted", "[]"])
def test_what_none_of_the_keys_decrypts_is_an_error_of_the_store(stored: str | bytes) -> None:
    with pytest.raises(TokenStoreError, match="none of the given keys can decrypt"):
        Cipher(Fernet.generate_key()).decrypted(stored)
    with pytest.raises(TokenStoreError, match="none of the given keys can decrypt"):
        Cipher(Fernet.generate_key()).decrypted(Cipher(Fernet.generate_key()).encrypted(TEXT))


@pytest.mark.parametrize("keys", ["short", b"", [], [b"short"], [Fernet.generate_key(), "short"]])
def test_what_is_no_key_is_refused_by_a_check_without_being_shown(keys: Any) -> None:
    cipher = Cipher(keys)
    with pytest.raises(ValueError, match=r"a key from Fernet\.generate_key\(\)") as caught:
        cipher.check()
    assert "short" not in everything_of(caught.value)
