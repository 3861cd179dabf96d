"""One renewal at a time, for all threads, tasks and processes that share a store.

Take the store's lock, read again, renew only if that is still needed, save, let go. Whoever dies
in between leaves the old refresh token in the store: HighLevel answers a repeated refresh with the
same tokens for 30 s, and a refresh it never heard of at any time.
"""

import logging
import time
from collections.abc import Callable
from copy import copy

from attrs import evolve

from facade.errors import AssociationsError
from facade.oauth.grant import Grant
from facade.oauth.stores import KeyedLocks, TokenStore

REST = 30.0  # seconds before renewing is tried again, while the old token still serves

logger = logging.getLogger("facade")

Renew = Callable[[Grant | None], Grant]


class Renewals:
    """The grants this process uses: the store is asked only when one of them will not do."""

    def __init__(self, store: TokenStore, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._held: dict[str, Grant] = {}
        self._locks = KeyedLocks()
        self._failed: dict[str, tuple[float, AssociationsError]] = {}
        self._unsaved: dict[str, tuple[Grant | None, Grant]] = {}  # what it was, what it should be

    def held(self, key: str) -> Grant | None:
        """Give what this process used last, fresh or not."""
        return self._held.get(key)

    def keep(self, key: str, grant: Grant) -> None:
        """Save a grant that did not come from renewing another."""
        with self._store.lock(key):
            self._store.save(key, grant)
        self._held[key] = grant

    def current(self, key: str, renew: Renew, unwanted: str = "") -> Grant:
        """Give a fresh grant other than the unwanted; `renew` makes one of what the store has.

        Who waits for a renewal that fails gets its error, and does not fail once more in turn.
        """
        held, arrived = self._held.get(key), time.monotonic()
        if held is not None and held.fresh(self._clock(), unwanted):
            return held
        with self._locks.hold(key):
            held = self._held.get(key)
            if held is not None and held.fresh(self._clock(), unwanted):
                return held
            failed_at, failure = self._failed.get(key, (0.0, None))
            if failure is not None and failed_at > arrived:
                raise copy(failure)
            try:
                held = self._held[key] = self._settled(key, renew, unwanted)
            except AssociationsError as error:
                self._failed[key] = time.monotonic(), copy(error)
                raise
            return held

    def _settled(self, key: str, renew: Renew, unwanted: str) -> Grant:
        known = self._held.get(key)
        try:
            with self._store.lock(key):
                known = self._loaded(key)
                if known is None or not known.fresh(self._clock(), unwanted):
                    before, known = known, renew(known)
                    self._save(key, before, known)
                    logger.info("%s: renewed", key)
        except AssociationsError as error:
            now = self._clock()
            if known is None or not known.usable(now, unwanted):
                raise
            left = known.expires_at - now
            logger.warning("%s: its token serves for %.0f s more: %s", key, left, error)
            return evolve(known, renew_at=now + min(REST, left))
        return known

    def _loaded(self, key: str) -> Grant | None:
        """Read the store; bring it up to date first, should saving have failed the last time."""
        known = self._store.load(key)
        before, after = self._unsaved.get(key, (None, None))
        if after is None or before != known:
            return known
        self._save(key, before, after)
        return after

    def _save(self, key: str, before: Grant | None, after: Grant) -> None:
        self._unsaved[key] = before, after
        self._store.save(key, after)
        del self._unsaved[key]
