"""The contracts of stores, as checks: run them on a token store or a replay store of your own.

```python
import pytest
from facade.testing.contracts import TOKEN_STORE_CHECKS

@pytest.mark.parametrize("check", TOKEN_STORE_CHECKS)
def test_my_store_keeps_the_contract(check, tmp_path):
    check(lambda: MyTokenStore(tmp_path / "tokens"))
```

A check is called with a function that opens the store as each worker of an app does: every call
returns a store with the same data. A store in the memory of one process is opened once, and the
function returns it each time. A check uses new keys, so that the store need not be empty, and
raises AssertionError with the promise that the store does not keep.
"""

import multiprocessing
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, TypeVar, cast

from attrs import evolve

from facade.oauth import Grant, ManagedTokenStore, TokenStore

if TYPE_CHECKING:
    from facade.webhooks import ReplayStore
else:  # for typing.get_type_hints, without the extra of facade.webhooks
    ReplayStore = object

__all__ = [
    "REPLAY_STORE_CHECKS",
    "SHARED_TOKEN_STORE_CHECKS",
    "TOKEN_STORE_CHECKS",
    "OpenReplayStore",
    "OpenTokenStore",
]

OpenTokenStore = Callable[[], TokenStore]
"""A function that opens a token store."""
OpenReplayStore = Callable[[], ReplayStore]
"""A function that opens a replay store."""

Result = TypeVar("Result")

_WORKERS, _ROUNDS = 8, 4
_LEASE = 60.0  # seconds, longer than a check
_PATIENCE = 60.0  # seconds until something that does not happen is a failure
_GRANT = Grant(
    access_token="the access token",  # noqa: S106 - no secret
    refresh_token="the refresh token",  # noqa: S106
    issued_at=1.5,
    renew_at=2.5,
    expires_at=3.25,
    user_type="Company",
    location_id="l1",
    company_id="c1",
    user_id="u1",
    scope="é",
)


# Token stores


def the_grant_that_was_saved_last_is_loaded(open_store: OpenTokenStore) -> None:
    key, store = _new_key(), open_store()
    _require(store.load(key) is None, "a key without a grant is None")
    for grant in (_GRANT, evolve(_GRANT, scope="another")):
        store.save(key, grant)
        _require(store.load(key) == grant, "the grant that was saved last is loaded, whole")
        _require(open_store().load(key) == grant, "another worker loads it, too")
    _require(store.load(f"{key}x") is None, "each key has a grant of its own")


def one_worker_at_a_time_holds_a_lock(open_store: OpenTokenStore) -> None:
    key, promise = _new_key(), "one worker at a time holds a lock"

    def count() -> None:
        store = open_store()
        for _ in range(_ROUNDS):
            with store.lock(key):
                before = store.load(key) or evolve(_GRANT, scope="0")
                time.sleep(0.001)  # so that others would read the same number
                store.save(key, evolve(before, scope=str(int(before.scope) + 1)))

    _in_time(promise, *[count] * _WORKERS)
    saved = open_store().load(key)
    _require(saved is not None and saved.scope == str(_WORKERS * _ROUNDS), promise)


def a_lock_is_free_after_an_error(open_store: OpenTokenStore) -> None:
    key, is_raised = _new_key(), True
    with suppress(ZeroDivisionError):
        with open_store().lock(key):
            raise ZeroDivisionError
        is_raised = False
    _require(is_raised, "a lock does not suppress the error of its block")
    _take(open_store(), key, "a lock is released when its block fails")


def a_lock_is_of_one_key_and_of_those_who_take_it(open_store: OpenTokenStore) -> None:
    key, store = _new_key(), open_store()
    store.save(key, _GRANT)
    with store.lock(key):
        _take(open_store(), f"{key}x", "locks of different keys are independent")
        promise = "a grant is loaded without its lock"
        _require(_in_time(promise, lambda: open_store().load(key)) == [_GRANT], promise)


def a_deleted_grant_is_gone_and_the_others_are_listed(open_store: OpenTokenStore) -> None:
    """A store that lists and deletes grants does so for all workers; one that does not passes."""
    store, other = cast("list[ManagedTokenStore]", [open_store(), open_store()])
    if not (hasattr(store, "keys") or hasattr(store, "delete")):
        return
    # A class that derives from ManagedTokenStore is one, whatever it has.
    is_managed = all(callable(getattr(store, name, None)) for name in ("keys", "delete"))
    _require(is_managed, "a store with one of keys and delete has both")
    prefix = f"{_new_key()}*[a-z]?%_\\"
    names = {f"{prefix}{name}" for name in ("", "a", "é:b", "{c}")}
    for name in names | {_new_key(), f"x{prefix}a", prefix[:-1]}:
        store.save(name, _GRANT)
    found = other.keys(prefix)
    _require(sorted(found) == sorted(names), "the keys that begin with a text are listed, once")
    _require(names <= set(other.keys("")), "all keys begin with an empty text")
    store.delete(f"{prefix}unknown")
    store.delete(f"{prefix}a")
    _require(other.load(f"{prefix}a") is None, "a deleted grant is gone")
    left = names - {f"{prefix}a"}
    _require(set(other.keys(prefix)) == left, "a deleted grant is not listed")
    _require(all(other.load(name) == _GRANT for name in left), "other grants are not deleted")
    _take(other, f"{prefix}a", "the lock of a deleted grant can be held")


def a_process_leaves_its_grant_and_keeps_its_lock_until_it_is_killed(
    open_store: OpenTokenStore,
) -> None:
    """What a process saved is there for others, and its lock keeps them out until it dies."""
    key, context = _new_key(), multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_hold_until_killed, args=(open_store, key, there), daemon=True)
    process.start()
    try:
        _require(here.poll(_PATIENCE), "a process saves a grant and takes a lock")
        _require(open_store().load(key) == _GRANT, "a process loads what another one saved")
        is_inside, store = threading.Event(), open_store()

        def enter() -> None:
            with suppress(Exception), store.lock(key):
                is_inside.set()

        threading.Thread(target=enter, daemon=True).start()
        _require(not is_inside.wait(0.1), "a lock keeps other processes out")
    finally:
        process.kill()
        process.join()
    _take(open_store(), key, "a lock is released when its holder dies")


def _hold_until_killed(open_store: OpenTokenStore, key: str, started: Connection) -> None:
    store = open_store()
    store.save(key, _GRANT)
    with store.lock(key):
        started.send("held")
        threading.Event().wait()


def _take(store: TokenStore, key: str, promise: str) -> None:
    """Hold a lock for a moment; require that it is free in time."""

    def hold() -> None:
        with store.lock(key):
            pass

    _in_time(promise, hold)


TOKEN_STORE_CHECKS: tuple[Callable[[OpenTokenStore], None], ...] = (
    the_grant_that_was_saved_last_is_loaded,
    one_worker_at_a_time_holds_a_lock,
    a_lock_is_free_after_an_error,
    a_lock_is_of_one_key_and_of_those_who_take_it,
    a_deleted_grant_is_gone_and_the_others_are_listed,
)
"""The checks of every token store."""
SHARED_TOKEN_STORE_CHECKS: tuple[Callable[[OpenTokenStore], None], ...] = (
    a_process_leaves_its_grant_and_keeps_its_lock_until_it_is_killed,
)
"""The checks of a token store that several processes share.

They call the function in other processes, too, so that it must be picklable, such as
`functools.partial(MyTokenStore, path)`.
"""

# Replay stores


def an_id_is_new_then_in_progress_then_done(open_store: OpenReplayStore) -> None:
    """The state of an id is the same for all workers, and only its claim releases it."""
    one, other, name = open_store(), open_store(), _new_key()
    _require(one.begin(name, "claim 1", _LEASE) == "new", "an unknown id is new")
    other.release(name, "claim 2")
    _require(
        other.begin(name, "claim 2", _LEASE) == "in_progress",
        "an id is in progress until the worker with its claim ends it",
    )
    one.release(name, "claim 1")
    _require(other.begin(name, "claim 2", _LEASE) == "new", "a released id is new again")
    _require(other.finish(name, "claim 2", _LEASE) is True, "a worker that holds an id finishes it")
    _require(other.finish(name, "claim 2", _LEASE) is True, "a worker may finish an id again")
    other.release(name, "claim 2")
    _require(one.begin(name, "claim 3", _LEASE) == "done", "a finished id is done")
    _require(one.begin(f"{name}x", "claim 3", _LEASE) == "new", "each id has a state of its own")


def one_of_many_workers_begins_an_id(open_store: OpenReplayStore) -> None:
    name, promise = _new_key(), "an id is new for one of many workers"

    def begin() -> str:
        return open_store().begin(name, _new_key(), _LEASE)

    states = _in_time(promise, *[begin] * _WORKERS)
    _require(sorted(states) == ["in_progress"] * (_WORKERS - 1) + ["new"], promise)


def a_state_ends_with_its_time(open_store: OpenReplayStore) -> None:
    store, name = open_store(), _new_key()
    store.begin(name, "claim 1", 0.05)
    _require(_becomes_new(store, name), "a lease ends by itself")
    store.finish(name, "next claim", 0.05)
    _require(_becomes_new(store, name), "an id is done only for the given seconds")


def a_worker_whose_lease_ended_undoes_nothing(open_store: OpenReplayStore) -> None:
    """A slow worker is told that another one has begun its id, whose state it does not change."""
    slow, next_one, name = open_store(), open_store(), _new_key()
    slow.begin(name, "claim 1", 0.05)
    _require(_becomes_new(next_one, name), "a lease ends by itself")
    for state in ("in_progress", "done"):
        is_told = slow.finish(name, "claim 1", _LEASE) is False
        _require(is_told, "finish is False if another claim has begun the id since")
        slow.release(name, "claim 1")
        is_kept = slow.begin(name, "claim 3", _LEASE) == state
        _require(is_kept, "the state of another claim is not changed")
        next_one.finish(name, "next claim", _LEASE)
    slow.begin(f"{name}x", "claim 1", 0.05)
    time.sleep(0.1)
    is_kept = slow.finish(f"{name}x", "claim 1", _LEASE) is True
    _require(is_kept, "a slow worker finishes an id that no other one has begun")
    _require(slow.begin(f"{name}x", "claim 3", _LEASE) == "done", "a finished id is done")


def an_id_is_any_text(open_store: OpenReplayStore) -> None:
    """The sender chooses an id: its length and characters are unbounded."""
    store, key, long = open_store(), _new_key(), "x" * 100_000
    for name in (key, f"{key}\ud800", f"{key}{{x}}:*", f"{key}{long}1", f"{key}{long}2"):
        _require(store.begin(name, "claim", _LEASE) == "new", "an id is any text")
        store.finish(name, "claim", _LEASE)
        _require(store.begin(name, "claim", _LEASE) == "done", "an id is any text")


def _becomes_new(store: ReplayStore, name: str) -> bool:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if store.begin(name, "next claim", _LEASE) == "new":
            return True
        time.sleep(0.005)
    return False


REPLAY_STORE_CHECKS: tuple[Callable[[OpenReplayStore], None], ...] = (
    an_id_is_new_then_in_progress_then_done,
    one_of_many_workers_begins_an_id,
    a_state_ends_with_its_time,
    a_worker_whose_lease_ended_undoes_nothing,
    an_id_is_any_text,
)
"""The checks of every replay store."""


def _new_key() -> str:
    return f"check:{uuid.uuid4().hex}"


def _require(is_kept: bool, promise: str) -> None:
    if not is_kept:
        raise AssertionError(f"the store does not keep this promise: {promise}")


def _in_time(promise: str, *works: Callable[[], Result]) -> list[Result]:
    """Return the results of works that begin together, in threads that a store may block."""
    barrier, results = threading.Barrier(len(works)), [Future[Result]() for _ in works]

    def do(work: Callable[[], Result], result: Future[Result]) -> None:
        barrier.wait(_PATIENCE)
        try:
            result.set_result(work())
        except BaseException as error:
            result.set_exception(error)

    for given in zip(works, results, strict=True):
        threading.Thread(target=do, args=given, daemon=True).start()
    try:
        return [result.result(_PATIENCE) for result in results]
    except Exception as error:
        raise AssertionError(f"the store does not keep this promise: {promise}") from error
