"""One renewal at a time, for all threads, tasks and processes that share a store.

Take the store's lock, load again, renew if that is still necessary, save, release. A process that
dies in between leaves the old refresh token in the store, which is still valid: for 30 s, HighLevel
responds to a repeated refresh with the same tokens, and a refresh that it did not receive changes
nothing.
"""

import logging
import time
from collections.abc import Callable
from copy import copy

from attrs import evolve

from facade.errors import AssociationsError
from facade.oauth.grant import Grant
from facade.oauth.stores import KeyedLocks, TokenStore, managed

RETRY_INTERVAL = 30.0  # seconds between attempts to renew a token that is still valid

logger = logging.getLogger("facade")

Renew = Callable[[Grant | None], Grant]


class Renewals:
    """The grants of this process; the store is read only if a grant is not fresh."""

    def __init__(self, store: TokenStore, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._cache: dict[str, Grant] = {}
        self._locks = KeyedLocks()
        self._failures: dict[str, tuple[float, AssociationsError]] = {}
        # Grants that could not be saved, each with the stored grant that it replaces.
        self._unsaved: dict[str, tuple[Grant | None, Grant]] = {}

    def cached(self, key: str) -> Grant | None:
        """Return the last grant of this process, fresh or not."""
        return self._cache.get(key)

    def has_fresh(self, key: str) -> bool:
        """Return whether this process has a fresh grant."""
        grant = self._cache.get(key)
        return grant is not None and grant.is_fresh(self._clock(), "")

    def save(self, key: str, grant: Grant) -> None:
        """Save a grant of a new installation."""
        with self._store.lock(key):
            self._store.save(key, grant)
        self._cache[key] = grant

    def delete(self, key: str, before: float | None = None) -> bool:
        """Delete a grant that was issued until `before`; return whether there was one."""
        store = managed(self._store)
        with self._locks.hold(key), store.lock(key):
            grant = store.load(key)
            if grant is None or (before is not None and grant.issued_at > before):
                return False
            store.delete(key)
            # Within the locks: a renewal that waits for them finds no grant.
            self._unsaved.pop(key, None)
            self._cache.pop(key, None)
        return True

    def current(self, key: str, renew: Renew, rejected: str = "") -> Grant:
        """Return a fresh grant; `renew` creates one from the stored grant.

        `rejected` is the digest of a refused token. If a renewal fails, all threads that wait for
        it raise its error, instead of trying one after the other.
        """
        grant, arrived = self._cache.get(key), time.monotonic()
        if grant is not None and grant.is_fresh(self._clock(), rejected):
            return grant
        with self._locks.hold(key):
            grant = self._cache.get(key)
            if grant is not None and grant.is_fresh(self._clock(), rejected):
                return grant
            failed_at, failure = self._failures.get(key, (0.0, None))
            if failure is not None and failed_at > arrived:
                raise copy(failure)
            try:
                grant = self._cache[key] = self._loaded_or_renewed(key, renew, rejected)
            except AssociationsError as error:
                self._failures[key] = time.monotonic(), copy(error)
                raise
            return grant

    def _loaded_or_renewed(self, key: str, renew: Renew, rejected: str) -> Grant:
        grant = self._cache.get(key)
        try:
            with self._store.lock(key):
                grant = self._load(key)
                if grant is None or not grant.is_fresh(self._clock(), rejected):
                    stored, grant = grant, renew(grant)
                    self._save_renewed(key, stored, grant)
                    logger.info("%s: renewed", key)
        except AssociationsError as error:
            now = self._clock()
            if grant is None or not grant.is_valid(now, rejected):
                raise
            left = grant.expires_at - now
            logger.warning("%s: not renewed, still valid for %.0f s: %s", key, left, error)
            return evolve(grant, renew_at=now + min(RETRY_INTERVAL, left))
        return grant

    def _load(self, key: str) -> Grant | None:
        """Load the stored grant, or the unsaved grant that replaces it, which is saved first."""
        stored = self._store.load(key)
        replaced, renewed = self._unsaved.get(key, (None, None))
        if renewed is None or replaced != stored:
            return stored
        self._save_renewed(key, replaced, renewed)
        return renewed

    def _save_renewed(self, key: str, stored: Grant | None, renewed: Grant) -> None:
        self._unsaved[key] = stored, renewed
        self._store.save(key, renewed)
        del self._unsaved[key]
