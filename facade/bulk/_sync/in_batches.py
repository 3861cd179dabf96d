# Generated from facade/bulk/_async/in_batches.py by `make generate`: edit that file instead.
"""Ensures pairs in batches, by an operation that HighLevel does not publish, as far as it helps."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Sequence
from contextlib import nullcontext, suppress

from attrs import define, field
from facade.bulk.answers import (
    DUPLICATES,
    Answer,
    BatchSizes,
    Verdict,
    read_entries,
    read_error,
)
from facade.bulk.outcomes import Ids
from facade.bulk.pairs import PairJob, all_created
from facade.bulk.threads import Lock
from facade.errors import AssociationsError

from facade.bulk._sync.one_by_one import OneByOne

logger = logging.getLogger("facade")

_FEW = 10  # refused pairs that are sent on their own: their own answers tell why


@define(eq=False)
class InBatches(OneByOne):
    """Ensures pairs in batches, and alone those for which none is sent.

    A pair is `created` or `existing` only if that is certain. If an answer does not name the pairs
    that exist, the batch is sent again: it is done if every pair is a duplicate then.
    """

    # Here and not at the class, where attrs before 25.4 means the inherited fields, too.
    sizes: BatchSizes = field(kw_only=True)
    _filling: list[PairJob] = field(factory=list)  # of the list's reader alone
    _ready: deque[PairJob] = field(factory=deque)
    _probe_lock: Lock = field(factory=Lock)
    _refuses_duplicates: bool = False  # as an answer has shown

    def add(self, *jobs: PairJob) -> None:
        for job in jobs:
            self.sizes.add_pair()
            self._filling.append(job)
            if len(self._filling) >= self.sizes.size:
                self.flush()

    def flush(self, job: object = None) -> None:
        if self._filling and job in (None, self._filling[0]):
            self._ready.extend(self._filling)
            self._filling = []
            self.start(self._work_on_batch)

    def _work_on_batch(self) -> None:
        """Ensure the pairs of the next batch, and those equal to one of them after it."""
        is_proven = min(len(self._ready), self.sizes.size) <= self.sizes.proven
        # One worker at a time tries a larger size.
        with nullcontext() if is_proven else self._probe_lock:
            jobs: dict[Ids, PairJob] = {}
            repeated: list[PairJob] = []
            with suppress(IndexError):  # none is left
                while len(jobs) < self.sizes.size:
                    job = self._ready.popleft()
                    if jobs.setdefault(job.ids, job) is not job:
                        repeated.append(job)
            if self._ready:
                self.start(self._work_on_batch)
            try:
                self._ensure_group([*jobs.values()])
            except BaseException:
                for job in [*jobs.values(), *repeated]:
                    job.finish(None)
                raise
            super().add(*repeated)

    def _ensure_group(self, jobs: Sequence[PairJob]) -> None:
        """Ensure pairs, together those that no listing contains."""
        for job in jobs if not self.is_stopping() else ():
            self.listed(job)
        left = [job for job in jobs if job.outcome is None]
        self.finish(jobs)
        self._ensure_together(left)

    def _ensure_together(self, jobs: Sequence[PairJob], *, may_repeat: bool = True) -> None:
        """Send a batch, and the pairs that its answer leaves open in other ways."""
        answer = self._send_batch(jobs)
        said, left = Verdict.CREATED, list[PairJob]()
        for job in jobs:
            verdict = answer[job.ids]
            job.is_doubtful |= verdict.may_be_related
            if verdict.then in ("created", "existing"):
                job.settle(verdict.then)
            elif verdict.then != "alone":
                said = verdict
                left.append(job)
        self.finish(jobs)
        super().add(*(job for job in jobs if answer[job.ids].then == "alone"))
        if said is Verdict.LOST and not (may_repeat and self._refuses_duplicates):
            super().add(*left)  # each refuses a duplicate, as a batch may not
        elif said.then == "again" and may_repeat:
            self._ensure_together(left, may_repeat=False)
        elif left:
            self._ensure_in_halves(left, said)

    def _ensure_in_halves(self, jobs: Sequence[PairJob], said: Verdict) -> None:
        """Ensure the pairs of a batch in two, or one after the other if they are few."""
        if len(jobs) <= _FEW:
            for job in jobs:
                self._work_on(job)
        else:
            first, second = jobs[: len(jobs) // 2], jobs[len(jobs) // 2 :]
            self._ensure_together(first)
            if said is Verdict.ONE_EXISTS and all_created(first):
                # It is in the second half, which would be refused as well.
                self._ensure_in_halves(second, said)
            else:
                self._ensure_together(second)
        if said in (Verdict.ONE_EXISTS, Verdict.REFUSED) and all_created(jobs):
            self.sizes.refuse(len(jobs))  # the reason was no pair

    def _send_batch(self, jobs: Sequence[PairJob]) -> Answer:
        """Send one batch, and return what its answer says of the pairs."""
        pairs = [job.ids for job in jobs]
        if self.is_stopping() or not self.sizes.take(len(pairs)):
            return dict.fromkeys(pairs, Verdict.NOT_SENT)
        try:
            entries = self.relations.create_together(self.association.id, pairs)
        except AssociationsError as error:
            verdict = read_error(error)
            answer: Answer = dict.fromkeys(pairs, verdict)
            logger.info("a batch of %d pairs was %s: %s", len(pairs), verdict.happened, error)
            if verdict in (Verdict.TOO_LARGE, Verdict.NOT_OFFERED):
                self.sizes.refuse(len(pairs) if verdict is Verdict.TOO_LARGE else 1)
        else:
            answer = self._checked(jobs, read_entries(pairs, entries))
        self._refuses_duplicates |= not DUPLICATES.isdisjoint(answer.values())
        self.sizes.save(sum(one.then in ("created", "existing") for one in answer.values()))
        return answer

    def _checked(self, jobs: Sequence[PairJob], answer: Answer) -> Answer:
        """Return an answer; without its created pairs if a larger batch than before was truncated.

        HighLevel may truncate a large batch silently, as it reduces the limit of a list. So the
        last pair that seems to be created is sent again, alone.
        """
        size, created = len(jobs), [job for job in jobs if answer[job.ids] is Verdict.CREATED]
        if created and size > self.sizes.proven:
            self.sizes.save(-1)  # the lookup takes a request more
            last = created[-1]
            check = self.ensure(PairJob(last.index, last.ids, last.listing))
            if check.status != "existing":
                unknown = {**answer, **{job.ids: Verdict.LOST for job in created}}
                if check.status == "created":
                    self.sizes.refuse(size)
                    unknown[last.ids] = Verdict.CREATED
                return unknown
        if created or {*answer.values()} == {Verdict.EXISTING}:
            self.sizes.accept(size)
        return answer
