"""The checks of stores find a store that breaks a promise; the tests of ours run them on each."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from facade.oauth import Grant, MemoryTokenStore, SqliteTokenStore, TokenStoreError
from facade.testing import contracts
from facade.webhooks import DeliveryState, MemoryReplayStore


class Forgetful(MemoryTokenStore):
    """A store that loads nothing."""

    def load(self, key: str, /) -> Grant | None:
        return None


class OfOneGrant(MemoryTokenStore):
    """A store with one grant for all keys."""

    def load(self, key: str, /) -> Grant | None:
        return super().load("k")

    def save(self, key: str, grant: Grant, /) -> None:
        super().save("k", grant)


class Unlocked(MemoryTokenStore):
    """A store whose locks keep nobody out."""

    def lock(self, key: str, /) -> Any:
        return nullcontext()


class OfOneLock(MemoryTokenStore):
    """A store with one lock for all keys."""

    def lock(self, key: str, /) -> Any:
        return super().lock("k")


class NeverReleased(MemoryTokenStore):
    """A store that keeps the lock of a block that failed."""

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        holding = super().lock(key)
        holding.__enter__()
        yield
        holding.__exit__(None, None, None)


class Swallowing(MemoryTokenStore):
    """A store whose lock ends the errors of its block."""

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        try:
            with super().lock(key):
                yield
        except ZeroDivisionError:
            pass


class LockedToLoad(MemoryTokenStore):
    """A store that takes the lock of a key to load its grant."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._held = threading.local()

    def load(self, key: str, /) -> Grant | None:
        if getattr(self._held, "key", None) == key:
            return super().load(key)
        with super().lock(key):
            return super().load(key)

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        with super().lock(key):
            self._held.key = key
            yield
            self._held.key = None


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (Forgetful, "the grant that was saved last is loaded, whole"),
        (OfOneGrant, "each key has a grant of its own"),
        (Unlocked, "one worker at a time holds a lock"),
        (OfOneLock, "locks of different keys are independent"),
        (NeverReleased, "a lock is released when its block fails"),
        (Swallowing, "a lock does not suppress the error of its block"),
        (LockedToLoad, "a grant is loaded without its lock"),
    ],
)
def test_a_token_store_that_breaks_a_promise_is_found(
    kind: type[MemoryTokenStore], promise: str
) -> None:
    store = kind(wait=1.0)
    with pytest.raises(AssertionError, match=f"does not keep this promise: {promise}"):
        contracts.check_token_store(lambda: store)


def test_a_token_store_of_which_each_worker_has_its_own_is_found() -> None:
    with pytest.raises(AssertionError, match="another worker loads it, too"):
        contracts.check_token_store(MemoryTokenStore)


class LeavesItsLock(SqliteTokenStore):
    """A store whose lock is a file that only its holder removes."""

    @contextmanager
    def lock(self, key: str, /) -> Generator[None]:
        path = Path(f"{self._path}.{key}")
        try:
            path.touch(exist_ok=key == "")
        except FileExistsError:
            raise TokenStoreError("locked") from None
        yield
        path.unlink()


def test_a_store_that_processes_do_not_share_is_found(tmp_path: Path) -> None:
    (check,) = contracts.SHARED_TOKEN_STORE_CHECKS
    with pytest.raises(AssertionError, match="a process loads what another one saved"):
        check(MemoryTokenStore)
    with pytest.raises(AssertionError, match="a lock is released when its holder dies"):
        check(partial(LeavesItsLock, tmp_path / "tokens"))


class ReleasedByAll(MemoryReplayStore):
    """A store in which any worker releases an id."""

    def release(self, delivery_id: str, claim: str) -> None:
        self.finish(delivery_id, 0.0)


class NeverReleases(MemoryReplayStore):
    """A store in which a failed event stays in progress."""

    def release(self, delivery_id: str, claim: str) -> None:
        pass


class NeverDone(MemoryReplayStore):
    """A store that does not know what is done."""

    def finish(self, delivery_id: str, seconds: float) -> None:
        pass


class Racing(MemoryReplayStore):
    """A store that looks and then writes."""

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        unknown = delivery_id not in self._known
        time.sleep(0.05)
        state = super().begin(delivery_id, claim, lease)
        return "new" if unknown else state


class Endless(MemoryReplayStore):
    """A store that a killed worker blocks for ever."""

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        return super().begin(delivery_id, claim, 1e9)


class EverDone(MemoryReplayStore):
    """A store that remembers for ever."""

    def finish(self, delivery_id: str, seconds: float) -> None:
        super().finish(delivery_id, 1e9)


class OfShortIds(MemoryReplayStore):
    """A store that compares the first 255 characters of an id."""

    def begin(self, delivery_id: str, claim: str, lease: float) -> DeliveryState:
        return super().begin(delivery_id[:255], claim, lease)

    def finish(self, delivery_id: str, seconds: float) -> None:
        super().finish(delivery_id[:255], seconds)


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (ReleasedByAll, "an id is in progress until the worker with its claim ends it"),
        (NeverReleases, "a released id is new again"),
        (NeverDone, "a finished id is done"),
        (Racing, "an id is new for one of many workers"),
        (Endless, "a lease ends by itself"),
        (EverDone, "an id is done only for the given seconds"),
        (OfShortIds, "an id is any text"),
    ],
)
def test_a_replay_store_that_breaks_a_promise_is_found(
    kind: type[MemoryReplayStore], promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "_PATIENCE", 1.0)
    store = kind()
    with pytest.raises(AssertionError, match=f"does not keep this promise: {promise}"):
        contracts.check_replay_store(lambda: store)


def test_one_call_makes_all_checks_of_a_store(tmp_path: Path) -> None:
    contracts.check_token_store(partial(SqliteTokenStore, tmp_path / "tokens"), shared=True)
    replay_store = MemoryReplayStore()
    contracts.check_replay_store(lambda: replay_store)
