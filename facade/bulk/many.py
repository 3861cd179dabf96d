"""ensure_many: a list of any length, several pairs at once, outcomes in order, resumable."""

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
from facade.bulk.shard import Outcome, Pair, ensure_shard, record_ids
from facade.models import Association

# Pairs for each thread that are read before the first of them has its outcome: a slow pair, which
# is being retried, does not block the others.
_WINDOW_PER_THREAD = 16


@frozen(kw_only=True)
class Progress:
    """The progress of a run after `seconds`.

    `total` is None if the list has no length. `resumed` of those `done` are from the journal.
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
    """Ensure a relation for each pair, and yield the outcomes in the order of the list.

    A pair is (first_record_id, second_record_id), or the two by object key. The list may be
    endless: it is read as the work proceeds, and nothing is sent before the first outcome is
    requested. A pair that fails is an outcome with its `error`. A fatal error (the token, the
    location, the daily limit, no connection) ends the run: requests in flight finish and are
    yielded, no other pair is started, and the error is raised.

    `journal` is a file: a run with the file of an earlier one does not send again what that run
    did, yields it as `resumed`, and retries what failed. JournalError if another process uses it,
    or it belongs to another association or location. `on_progress` is called before each outcome,
    by the thread that asks for it.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency must be 1 or more, not {concurrency}")
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
        run = _Run(client, association, journal, pool)
        total = len(pairs) if isinstance(pairs, Sized) else None
        counts, started = Counter[str](), time.monotonic()
        try:
            for outcome in run.outcomes(pairs, concurrency * _WINDOW_PER_THREAD):
                counts[outcome.status] += 1
                counts["resumed"] += outcome.resumed
                if on_progress:
                    on_progress(_progress(counts, total, time.monotonic() - started))
                yield outcome
        finally:  # also when the generator is closed, and on Ctrl-C
            run.stopping.set()
            pool.shutdown(cancel_futures=True)
    if run.error is not None:
        raise run.error


@define(eq=False)
class _Run:
    """The work of the threads, and the error that stopped it."""

    client: AssociationsClient
    association: Association
    journal: Journal | None
    pool: ThreadPoolExecutor
    stopping: threading.Event = field(factory=threading.Event)
    error: BaseException | None = None

    def outcomes(self, pairs: Iterable[Pair], window: int) -> Iterator[Outcome]:
        """Yield outcomes in the order of the pairs, of which at most `window` are pending."""
        pending: deque[Future[list[Outcome]]] = deque()
        for index, pair in enumerate(pairs):
            pending.append(self._start(index, pair))
            while pending and (len(pending) >= window or pending[0].done()):
                yield from pending.popleft().result()
            if self.stopping.is_set():
                break
        while pending:
            yield from pending.popleft().result()

    def _start(self, index: int, pair: Pair) -> "Future[list[Outcome]]":
        resumed = self._resumed(index, pair)
        if resumed is None:
            return self.pool.submit(self._ensure, index, pair)
        future: Future[list[Outcome]] = Future()
        future.set_result([resumed])
        return future

    def _resumed(self, index: int, pair: Pair) -> Outcome | None:
        if self.journal is None:
            return None
        try:
            return self.journal.take(index, record_ids(pair, self.association))
        except ValueError:
            return None  # ensure_shard makes an outcome of it

    def _ensure(self, index: int, pair: Pair) -> list[Outcome]:
        """Ensure one pair in a thread; no outcome if it was not started, or something else failed.

        It is a shard of one, so that its outcome is recorded as soon as it is known.
        """
        if self.stopping.is_set():
            return []
        try:
            shard = ensure_shard(self.client, [pair], association=self.association, start=index)
            for outcome in shard:
                if self.journal is not None and outcome.first_record_id:
                    self.journal.add(outcome)
                if outcome.is_fatal and outcome.error is not None:
                    self._stop(outcome.error)
        except BaseException as error:  # of a token source, a full disk, a defect
            self._stop(error)
            return []
        return shard

    def _stop(self, error: BaseException) -> None:
        self.error = self.error or error
        self.stopping.set()


def _progress(counts: Counter[str], total: int | None, seconds: float) -> Progress:
    created, existing, failed = counts["created"], counts["existing"], counts["failed"]
    return Progress(
        done=created + existing + failed,
        created=created,
        existing=existing,
        failed=failed,
        resumed=counts["resumed"],
        total=total,
        seconds=seconds,
    )
