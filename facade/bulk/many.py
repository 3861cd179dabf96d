"""ensure_many: a list of any length, several pairs at once, outcomes in order, able to go on."""

import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, nullcontext

from attrs import define, field, frozen

from facade import AssociationsClient
from facade.bulk.journal import Journal
from facade.bulk.shard import Outcome, Pair, ensure_shard, oriented
from facade.models import Association

# How many pairs for each thread are taken before the first of them has its outcome: one that is
# slow, because it is sent again and again, does not keep the others from going on.
_AHEAD = 16


@frozen(kw_only=True)
class Progress:
    """How far a run has come, after `seconds` of it.

    `total` is None where the list does not know its length. `resumed` of those `done` were known
    from the journal.
    """

    done: int
    created: int
    existing: int
    failed: int
    resumed: int
    total: int | None
    seconds: float


def ensure_many(
    client: AssociationsClient,
    pairs: Iterable[Pair],
    *,
    association: Association,
    concurrency: int = 8,
    journal: str | os.PathLike[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> Generator[Outcome, None, None]:
    """Ensure a relation for each pair, and yield what became of each in the order of the list.

    A pair is (first_record_id, second_record_id), or the two by object key. The list may be
    endless: it is read as it is worked on, and nothing is sent before the first outcome is asked
    for. A pair that fails is an outcome with its `error`. Where one `stops` (the token, the
    location, the daily limit, no connection), what is in flight ends and is yielded, the rest is
    not started, and the error is raised.

    `journal` is a file: run again with the same one, what was done is not sent again and comes
    back `resumed`, and what failed is tried again. JournalError where another process has it, or
    it belongs to another association or location. `on_progress` is called before each outcome,
    by the thread that asks for it.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency is a number from 1, not {concurrency}")
    return _run(client, pairs, association, concurrency, journal, on_progress)


def _run(
    client: AssociationsClient,
    pairs: Iterable[Pair],
    association: Association,
    concurrency: int,
    path: str | os.PathLike[str] | None,
    on_progress: Callable[[Progress], None] | None,
) -> Generator[Outcome, None, None]:
    opened = (
        nullcontext()
        if path is None
        else closing(Journal(path, association.id, client.location_id))
    )
    with opened as journal:
        pool = ThreadPoolExecutor(concurrency, thread_name_prefix="ensure_many")
        work = _Work(client, association, journal, pool)
        count = _Count(len(pairs) if isinstance(pairs, Sized) else None)
        try:
            for outcome in work.in_order(pairs, concurrency * _AHEAD):
                progress = count.add(outcome)
                if on_progress:
                    on_progress(progress)
                yield outcome
        finally:  # also when nobody asks any more, and on Ctrl-C
            work.stop.set()
            pool.shutdown(cancel_futures=True)
    if work.reason is not None:
        raise work.reason


@define(eq=False)
class _Work:
    """The threads' work, and why it stopped."""

    client: AssociationsClient
    association: Association
    journal: Journal | None
    pool: ThreadPoolExecutor
    stop: threading.Event = field(factory=threading.Event)
    reason: BaseException | None = None

    def in_order(self, pairs: Iterable[Pair], ahead: int) -> Iterator[Outcome]:
        """Yield outcomes in the order of the pairs, which are taken at most so far ahead."""
        window: deque[Future[Outcome | None]] = deque()
        for index, pair in enumerate(pairs):
            window.append(self._start(index, pair))
            while window and (len(window) >= ahead or window[0].done()):
                yield from _made(window.popleft())
            if self.stop.is_set():
                break
        while window:
            yield from _made(window.popleft())

    def _start(self, index: int, pair: Pair) -> "Future[Outcome | None]":
        known = self._known(index, pair)
        if known is None:
            return self.pool.submit(self._ensure, index, pair)
        future: Future[Outcome | None] = Future()
        future.set_result(known)
        return future

    def _known(self, index: int, pair: Pair) -> Outcome | None:
        if self.journal is None:
            return None
        try:
            return self.journal.take(index, oriented(pair, self.association))
        except ValueError:
            return None  # its shard says what is wrong with it

    def _ensure(self, index: int, pair: Pair) -> Outcome | None:
        """Do one pair in a thread; None where it was not started, or what failed is not its own."""
        if self.stop.is_set():
            return None
        try:
            # A shard of one, so that its outcome is written down and seen as soon as it is known.
            (outcome,) = ensure_shard(
                self.client, [pair], association=self.association, start=index
            )
            if self.journal is not None and outcome.first_record_id:
                self.journal.add(outcome)
        except BaseException as error:  # a token source that fails, a full disk, a defect
            self._give_up(error)
            return None
        if outcome.stops and outcome.error is not None:
            self._give_up(outcome.error)
        return outcome

    def _give_up(self, error: BaseException) -> None:
        self.reason = self.reason or error
        self.stop.set()


def _made(future: "Future[Outcome | None]") -> Iterator[Outcome]:
    outcome = future.result()
    if outcome is not None:
        yield outcome


@define
class _Count:
    """Counts outcomes by status."""

    total: int | None
    _started: float = field(factory=time.monotonic)
    _by: Counter[str] = field(factory=Counter[str])

    def add(self, outcome: Outcome) -> Progress:
        by = self._by
        by[outcome.status] += 1
        by["resumed"] += outcome.resumed
        return Progress(
            done=by["created"] + by["existing"] + by["failed"],
            created=by["created"],
            existing=by["existing"],
            failed=by["failed"],
            resumed=by["resumed"],
            total=self.total,
            seconds=time.monotonic() - self._started,
        )
