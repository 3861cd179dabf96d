# Generated from facade/bulk/_async/running.py by `make generate`: edit that file instead.
"""A run over a list: concurrent work, outcomes in order, resumable, and its iterator."""

from __future__ import annotations

import itertools
import logging
import os
import time
import warnings
from abc import abstractmethod
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterator, Sequence, Sized
from functools import partial
from math import inf
from typing import Any, ClassVar, Generic, Self

from attrs import define, field
from facade._core.concurrency import ends_within, run_blocking
from facade.bulk.journal import Journal
from facade.bulk.outcomes import Result
from facade.bulk.pairs import RunJob
from facade.bulk.threads import Items, Workers, each, finish
from facade.models import Association

from facade._core import numbers
from facade._sync.client import AssociationsClient
from facade.bulk._sync.one_by_one import PatientRelations, Work

logger = logging.getLogger("facade")

# Items for each worker that are read before the first of them has its outcome, so that a slow one,
# which is retried, does not block the others.
WINDOW_PER_WORKER = 16
_LOG_INTERVAL = 10.0  # seconds


class Outcomes(Generic[Result]):
    """An iterator over the outcomes of a run, in the order of the list.

    The work is done while they are read. To end it early, call `stop` and read the rest, or call
    `aclose`: requests in flight finish.
    """

    def __init__(self, run: Run[Result]) -> None:
        self._run = run
        self._outcomes = run.outcomes()
        self._is_used = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Result:
        self._is_used = True
        return self._outcomes.__next__()

    def stop(self) -> None:
        """Start nothing more of the list; requests in flight still yield their outcomes.

        Returns at once, and may be called from another thread or a signal handler.
        """
        self._run.is_stopping = True

    def close(self) -> None:
        """Start nothing more of the list, and wait for the requests in flight."""
        self._is_used = True
        self._outcomes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._is_used:
            warnings.warn(
                f"nothing was sent: iterate over the {type(self).__name__} of this run",
                RuntimeWarning,
                stacklevel=2,
            )


@define(eq=False)
class Run(Generic[Result]):
    """The arguments of a run, and how it ends; any thread may set `is_stopping`."""

    READS: ClassVar[bool] = False  # records, and no pairs
    client: AssociationsClient
    items: Items[Any]
    association: Association | str | None
    concurrency: int
    journal: str | os.PathLike[str] | None
    retry_failed: bool
    on_progress: Callable[[Any], None] | None
    relations: PatientRelations = field(init=False)
    is_stopping: bool = field(default=False, init=False)
    _error: BaseException | None = field(default=None, init=False)
    _journal: Journal | None = field(default=None, init=False)
    _indexes: Iterator[int] = field(factory=itertools.count, init=False)
    _workers: Workers = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.relations = PatientRelations.of(self.client)
        numbers.count("concurrency", self.concurrency, 1)
        if self.retry_failed and self.journal is None:
            raise ValueError("retry_failed needs the journal of the earlier run: pass journal")

    def _prepare(self) -> None:
        """Prepare the first item; the journal is open, and an association is none by its key."""

    @abstractmethod
    def _begin(self, item: Any) -> RunJob[Result] | None:
        """Begin the work on an item, and return its job; None if it has no outcome."""

    @abstractmethod
    def _progress(self, counts: Counter[str], seconds: float) -> object:
        """Return the progress from the numbers of outcomes by status."""

    @property
    def _window(self) -> int:
        """The number of items that may be without an outcome."""
        return self.concurrency * WINDOW_PER_WORKER

    def outcomes(self) -> Generator[Result, None]:
        """Do the work, and yield the outcomes."""
        association = self.association
        if isinstance(association, str):
            association = self.client.associations.get_by_key(association)
        self.association = association
        if self.journal is not None:
            opened = partial(
                Journal,
                self.journal,
                association.id if association else None,
                self.client.location_id,
                reads=self.READS,
                retry_failed=self.retry_failed,
            )
            self._journal = run_blocking(opened, Journal.close)
        name = (association.key or association.id) if association else "relations"
        counts, started, next_log = Counter[str](), time.monotonic(), _LOG_INTERVAL
        try:
            with Workers(self.concurrency) as self._workers:
                try:
                    for outcome in self._in_order():
                        counts[outcome.status] += 1
                        seconds = time.monotonic() - started
                        so_far = self._progress(counts, seconds)
                        if seconds >= next_log:
                            next_log = seconds + _LOG_INTERVAL
                            logger.info("%s: %s", name, so_far)
                        if self.on_progress:
                            self.on_progress(so_far)
                        yield outcome
                    if self._journal is not None and not self.is_stopping and not self._error:
                        finish(self._journal.complete)
                finally:  # also when the generator is closed, and on Ctrl-C
                    self.is_stopping = True
        finally:
            if self._journal is not None:
                finish(self._journal.close)
        if self._error is not None:
            raise self._error

    def _in_order(self) -> Iterator[Result]:
        """Yield outcomes in the order of the list, with at most one window of items pending."""
        self._prepare()
        pending = deque[RunJob[Result]]()
        for job in self._begun():
            pending.append(job)
            while pending and (len(pending) >= self._window or pending[0].done.has_ended):
                if outcome := self._outcome_of(pending.popleft()):
                    yield outcome
            if self.is_stopping:
                break
        while pending:
            if outcome := self._outcome_of(pending.popleft()):
                yield outcome

    def _begun(self) -> Iterator[RunJob[Result]]:
        """Yield jobs; an error of the list ends the run, after the outcomes of these."""
        try:
            for item in each(self.items):
                if job := self._begin(item):
                    yield job
        except Exception as error:
            self._error = self._error or error

    def _outcome_of(self, job: RunJob[Result]) -> Result | None:
        """Wait for the outcome of an item; None if it was not sent."""
        if not job.done.has_ended:
            ends_within(job.done, inf)
        return job.done.result

    def _start(self, work: Work) -> None:
        self._workers.start(partial(self._guarded, work))

    def _guarded(self, work: Work) -> None:
        """Do work in a worker; a fatal or unexpected error ends the run."""
        try:
            work()
        except BaseException as error:  # such as of a token source, a full disk or a defect
            self._fail(error)

    def _finish(self, jobs: Sequence[RunJob[Result]]) -> None:
        outcomes = {job: job.outcome for job in jobs if job.outcome}
        if outcomes and self._journal is not None:
            finish(partial(self._journal.add, *outcomes.values()))
        for job, outcome in outcomes.items():
            if outcome.is_fatal and outcome.error is not None:
                self._fail(outcome.error)
            job.finish(outcome)

    def _fail(self, error: BaseException) -> None:
        self._error = self._error or error
        self.is_stopping = True

    @property
    def _total(self) -> int | None:
        return len(self.items) if isinstance(self.items, Sized) else None
