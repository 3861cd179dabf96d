"""The checks of stores find a store that breaks a promise; the tests of ours run them on each."""

import fnmatch
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from facade.oauth import Grant, SqliteTokenStore, TokenStoreError
from facade.oauth import MemoryTokenStore as Tokens
from facade.testing import contracts
from facade.webhooks import MemoryReplayStore as Replays
from tests.facade.oauth.runs import OldStore

held = threading.local()


def run(checks: tuple[Callable[[Any], None], ...], open_store: Callable[[], object]) -> None:
    for check in checks:
        check(open_store)


@contextmanager
def never_released(store: Tokens, key: str) -> Generator[None]:
    holding = Tokens.lock(store, key)
    holding.__enter__()
    yield
    holding.__exit__(None, None, None)


@contextmanager
def swallowing(store: Tokens, key: str) -> Generator[None]:
    with Tokens.lock(store, key), suppress(ZeroDivisionError):
        yield


@contextmanager
def noting(store: Tokens, key: str) -> Generator[None]:
    with Tokens.lock(store, key):
        held.key = key
        yield
        held.key = None


def load_under_the_lock(store: Tokens, key: str) -> Grant | None:
    with nullcontext() if getattr(held, "key", None) == key else Tokens.lock(store, key):
        return Tokens.load(store, key)


def without(field: str) -> dict[str, Any]:
    lost = {field: getattr(Grant(), field)}
    return {"save": lambda store, key, grant: Tokens.save(store, key, evolve(grant, **lost))}


FIELDS = (
    "access_token refresh_token issued_at renew_at expires_at user_type location_id company_id "
    "user_id scope"
)
OF_ONE_KEY = {
    "load": lambda store, key: Tokens.load(store, "k"),
    "save": lambda store, key, grant: Tokens.save(store, "k", grant),
}
BY_PATTERN = {"keys": lambda store, prefix: fnmatch.filter(Tokens.keys(store, ""), f"{prefix}*")}
KEEPING_KEYS = {"delete": lambda store, key: store._grants.update({key: None})}


@pytest.mark.parametrize(
    ("methods", "promise"),
    [
        *((without(each), "the grant that was saved last is l") for each in FIELDS.split()),
        (OF_ONE_KEY, "each key has a grant of its own"),
        ({"lock": lambda store, key: nullcontext()}, "one worker at a time holds a lock"),
        ({"lock": lambda store, key: Tokens.lock(store, "k")}, "locks of different keys are indep"),
        ({"lock": never_released}, "a lock is released when its block fails"),
        ({"lock": swallowing}, "a lock does not suppress the error of its block"),
        ({"lock": noting, "load": load_under_the_lock}, "a grant is loaded without its lock"),
        ({"keys": None}, "a store with one of keys and delete has both"),
        ({"delete": None}, "a store with one of keys and delete has both"),
        ({"keys": lambda *_: []}, "the keys that begin with a text are listed, once"),
        ({"keys": lambda *given: Tokens.keys(*given) * 2}, "are listed, once"),
        (BY_PATTERN, "the keys that begin with a text are listed, once"),
        ({"delete": lambda store, key: None}, "a deleted grant is gone"),
        (KEEPING_KEYS, "a deleted grant is not listed"),
        ({"delete": lambda store, key: store._grants.clear()}, "a deleted grant is not listed"),
    ],
)
def test_a_broken_token_store_is_found(methods: dict[str, Any], promise: str) -> None:
    store = type("Broken", (Tokens,), methods)(wait=1.0)
    with pytest.raises(AssertionError, match=f"does not keep this promise: .*{promise}"):
        run(contracts.TOKEN_STORE_CHECKS, lambda: store)


def test_a_token_store_that_neither_lists_nor_deletes_keeps_the_contract() -> None:
    store = OldStore()
    run(contracts.TOKEN_STORE_CHECKS, lambda: store)


def test_a_token_store_of_which_each_worker_has_its_own_is_found() -> None:
    with pytest.raises(AssertionError, match="another worker loads it, too"):
        run(contracts.TOKEN_STORE_CHECKS, Tokens)


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


class LocksThreads(SqliteTokenStore):
    """A store whose locks are those of one process."""

    def lock(self, key: str, /) -> Any:
        return nullcontext()


@pytest.mark.parametrize(
    ("kind", "promise"),
    [
        (None, "a process loads what another one saved"),
        (LocksThreads, "a lock keeps other processes out"),
        (LeavesItsLock, "a lock is released when its holder dies"),
    ],
)
def test_a_store_that_processes_do_not_share_is_found(
    kind: type[SqliteTokenStore] | None, promise: str, tmp_path: Path
) -> None:
    (check,) = contracts.SHARED_TOKEN_STORE_CHECKS
    with pytest.raises(AssertionError, match=promise):
        check(partial(kind, tmp_path / "tokens") if kind else Tokens)


def begin_by_looking_first(store: Replays, delivery_id: str, claim: str, lease: float) -> Any:
    is_new = delivery_id not in store._known
    time.sleep(0.05)
    state = Replays.begin(store, delivery_id, claim, lease)
    return "new" if is_new else state


def done(name: str) -> dict[str, Any]:
    return {name: ("anyone", True, time.monotonic() + 0.05)}


RELEASED_BY_ANYONE = {"release": lambda store, name, claim: store._known.pop(name, None)}
ENDLESS_LEASE = {"begin": lambda store, name, claim, _: Replays.begin(store, name, claim, 1e9)}
FINISHES_FOR_ANYONE = {"finish": lambda store, name, *_: not store._known.update(done(name))}
UNTOLD = {"finish": lambda store, name, *given: None}
FINISHES_ONLY_IN_TIME = {
    "finish": lambda store, name, claim, seconds: (
        store._known[name][2] > time.monotonic() and Replays.finish(store, name, claim, seconds)
    )
}
FORGETS_WHAT_IS_LATE = {
    "finish": lambda store, name, claim, seconds: (
        store._known[name][2] < time.monotonic() or Replays.finish(store, name, claim, seconds)
    )
}
RELEASED_BY_THE_FIRST = {
    "release": lambda store, name, claim: claim == "claim 1" and store._known.pop(name, None)
}
DONE_FOR_EVER = {"finish": lambda store, name, claim, _: Replays.finish(store, name, claim, 1e9)}
CUT_IDS = {
    "begin": lambda store, name, *given: Replays.begin(store, name[:255], *given),
    "finish": lambda store, name, *given: Replays.finish(store, name[:255], *given),
}


@pytest.mark.parametrize(
    ("methods", "promise"),
    [
        (RELEASED_BY_ANYONE, "an id is in progress until the worker with its claim ends it"),
        ({"release": lambda store, name, claim: None}, "a released id is new again"),
        ({"finish": lambda store, name, claim, seconds: True}, "a finished id is done"),
        (FINISHES_FOR_ANYONE, "finish is False if another claim has begun the id since"),
        (RELEASED_BY_THE_FIRST, "the state of another claim is not changed"),
        (UNTOLD, "a worker that holds an id finishes it"),
        (FINISHES_ONLY_IN_TIME, "a slow worker finishes an id that no other one has begun"),
        (FORGETS_WHAT_IS_LATE, "a finished id is done"),
        ({"begin": begin_by_looking_first}, "an id is new for one of many workers"),
        (ENDLESS_LEASE, "a lease ends by itself"),
        (DONE_FOR_EVER, "an id is done only"),
        (CUT_IDS, "an id is any text"),
    ],
)
def test_a_broken_replay_store_is_found(
    methods: dict[str, Any], promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contracts, "_PATIENCE", 1.0)
    store = type("Broken", (Replays,), methods)()
    with pytest.raises(AssertionError, match=f"does not keep this promise: {promise}"):
        run(contracts.REPLAY_STORE_CHECKS, lambda: store)
