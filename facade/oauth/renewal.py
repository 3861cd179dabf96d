"""One renewal at a time, for all threads, tasks and processes that share a store.

Take the store's lock, load again, renew if that is still necessary, save, release. A process that
dies in between leaves the old refresh token in the store, which is still valid: for 30 s, HighLevel
responds to a repeated refresh with the same tokens, and a refresh that it did not receive changes
nothing.

New tokens exist once. So a job gets and saves them, in a thread that nobody interrupts: a caller
may be cancelled or late, and a process that ends waits for its jobs.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from functools import partial
from math import inf
from typing import cast
from weakref import WeakSet

from attrs import evolve

from facade._core.concurrency import Jobs, Pending, ends_within
from facade._core.reasons import visible
from facade.errors import AssociationsError
from facade.oauth.grant import Grant, Issued
from facade.oauth.stores import KeyedLocks, TokenStore, managed

RETRY_INTERVAL = 30.0  # seconds between attempts to renew a token that is still valid
SAVE_INTERVAL = 1.0  # seconds between attempts to save
EXIT_TIMEOUT = 12.0  # seconds that a process which ends waits; the longest time of a token request
_EXIT_INTERVAL = 0.2  # seconds between attempts to save meanwhile

logger = logging.getLogger("facade")

Renew = Callable[[Grant | None], Issued]

_LOST = (
    "call reconnect(), or a user must install the app again, if a later renewal raises a "
    "ReauthorizationError"
)


class Renewals:
    """The grants of this process; the store is read only if a grant is not fresh."""

    def __init__(self, store: TokenStore, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._cache: dict[str, Grant] = {}
        self._locks = KeyedLocks()
        self._jobs = Jobs()
        # Grants that could not be saved, each with the stored grant that it replaces.
        self._unsaved: dict[str, tuple[Grant | None, Grant]] = {}
        self._ending: Pending[None] = Pending()
        _all.add(self)

    def cached(self, key: str) -> Grant | None:
        """Return the last grant of this process, fresh or not."""
        return self._cache.get(key)

    def install(self, ask: Callable[[], tuple[str, Issued]]) -> Grant:
        """Save the grant of a new installation; `ask` gets it, and the key to save it under."""
        return self._outcome(("an installation", object()), partial(self._installed, ask))

    def delete(self, key: str, before: float | None = None) -> bool:
        """Delete a grant that was issued until `before`; return whether there was one."""
        store = managed(self._store)
        with self._locks.hold(key), store.lock(key):
            grant = self._load(key)
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
        grant = self._cache.get(key)
        if grant is not None and grant.is_fresh(self._clock(), rejected):
            return grant
        return self._outcome((key, rejected), partial(self._renewed, key, renew, rejected))

    def finish(self, ends: float) -> None:
        """Finish renewals in flight, and save what is not saved yet, until a monotonic time."""
        self._ending.set_result(None)
        for key in list(self._unsaved):
            self._save_later(key)
        late = cast("list[tuple[str, Hashable]]", self._jobs.end_within(ends - time.monotonic()))
        for key in sorted({key for key, _ in late} | self._unsaved.keys()):
            logger.error("%s: the process ends before a renewal is saved; %s", key, _LOST)
        self._ending = Pending()  # threads of the app may go on

    def _outcome(self, key: tuple[str, Hashable], work: Callable[[], Grant]) -> Grant:
        job = self._jobs.start(key, work)
        ends_within(job, inf)
        job.raise_for_failure()
        grant: Grant = job.result
        return grant

    # The work of jobs

    def _installed(self, ask: Callable[[], tuple[str, Issued]]) -> Grant:
        key, issued = ask()
        try:
            with self._locks.hold(key), self._store.lock(key):
                self._save(key, None, issued)
                self._cache[key] = issued.grant
        except Exception as error:
            self._keep(key, None, issued.grant, error)
            raise
        return issued.grant

    def _renewed(self, key: str, renew: Renew, rejected: str) -> Grant:
        with self._locks.hold(key):
            grant = self._cache[key] = self._loaded_or_renewed(key, renew, rejected)
            return grant

    def _loaded_or_renewed(self, key: str, renew: Renew, rejected: str) -> Grant:
        grant = self._cache.get(key)
        try:
            with self._store.lock(key):
                grant = self._load(key)
                if grant is None or not grant.is_fresh(self._clock(), rejected):
                    issued = renew(grant)
                    try:
                        self._save(key, grant, issued)
                    except Exception as error:
                        self._keep(key, grant, issued.grant, error)
                    grant = issued.checked().grant
                    logger.info("%s: renewed", key)
        except AssociationsError as error:
            now = self._clock()
            if grant is None or not grant.is_valid(now, rejected):
                raise
            left = grant.expires_at - now
            logger.warning("%s: not renewed, still valid for %.0f s: %s", key, left, error)
            return evolve(grant, renew_at=now + min(RETRY_INTERVAL, left))
        return grant

    # How a token response becomes a stored grant

    def _save(self, key: str, replaced: Grant | None, issued: Issued) -> None:
        """Save what came before anything is told or judged."""
        if issued.grant != replaced:
            self._store.save(key, issued.grant)
            self._unsaved.pop(key, None)
        for warning in issued.warnings:
            logger.warning("%s: %s", key, warning)

    def _keep(self, key: str, replaced: Grant | None, grant: Grant, error: Exception) -> None:
        """Keep a grant that could not be saved, until it is."""
        self._unsaved[key] = replaced, grant
        self._save_later(key)
        logger.error(
            "%s: the new tokens are not saved, but only in this process, which tries again until "
            "it ends: %s; make the token store writable before; %s",
            *(key, visible(error), _LOST),
        )

    def _save_later(self, key: str) -> None:
        with suppress(RuntimeError):  # no more threads: whatever loads the grant next saves it
            self._jobs.start((key, None), partial(self._save_until_done, key))

    def _save_until_done(self, key: str) -> None:
        while key in self._unsaved:
            if ends_within(self._ending, SAVE_INTERVAL):
                time.sleep(_EXIT_INTERVAL)
            with suppress(Exception), self._locks.hold(key), self._store.lock(key):
                if (grant := self._load(key)) is not None:
                    self._cache[key] = grant

    def _load(self, key: str) -> Grant | None:
        """Load the stored grant, or the unsaved grant that replaces it, which is saved first."""
        stored = self._store.load(key)
        replaced, grant = self._unsaved.get(key, (None, None))
        if grant is None:
            return stored
        # Another process may have renewed or installed meanwhile; a store may have lost its data.
        if stored is None or stored == replaced or stored.issued_at < grant.issued_at:
            with suppress(Exception):  # it was told, and is tried again
                self._store.save(key, grant)
                self._unsaved.pop(key, None)
                logger.info("%s: the new tokens are saved now", key)
            return grant
        self._unsaved.pop(key, None)
        return stored


_all: WeakSet[Renewals] = WeakSet()


def _finish_all() -> None:
    ends = time.monotonic() + EXIT_TIMEOUT
    for one in list(_all):
        one.finish(ends)


# Twice: a process of multiprocessing runs the hooks of threading only, and threads of the app that
# keep a process alive, and may renew meanwhile, end after these.
with suppress(RuntimeError):  # the process ends
    getattr(threading, "_register_atexit", atexit.register)(_finish_all)
atexit.register(_finish_all)
