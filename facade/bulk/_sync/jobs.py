# Generated from facade/bulk/_async/jobs.py by `make generate`: edit that file instead.
"""The jobs of a run, which ensure one pair, or several in a batch."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from attrs import define, frozen
from facade._core.concurrency import run_blocking
from facade.bulk.outcomes import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from facade.bulk.ending import Ending
    from facade.bulk.journal import Journal
    from facade.bulk.listings import Listing
    from facade.bulk.outcomes import Pair
    from facade.bulk.threads import Job, Lock, Workers

    from facade.bulk._sync.batching import Batches
    from facade.bulk._sync.shard import Ensurer


@frozen(eq=False)
class PairJob:
    """A pair that may be sent in a batch, and the job whose result is its outcome."""

    index: int
    ids: tuple[str, str]
    shared: Listing[Lock] | None
    job: Job[Outcome | None]

    def finish(self, outcome: Outcome | None) -> None:
        """Set the outcome, unless the job was cancelled."""
        if not self.job.done():
            self.job.set_result(outcome)


@define(eq=False)
class PairJobs:
    """The jobs of a run; a fatal error ends the run."""

    workers: Workers
    ensurer: Ensurer
    journal: Journal | None
    batches: Batches | None
    ending: Ending

    @property
    def batch_size(self) -> int:
        """The number of pairs in the next batch; 1 if each pair is sent on its own."""
        return 1 if self.batches is None else self.batches.sizes.size

    def start(self, index: int, pair: Pair, shared: Listing[Lock] | None) -> Job[Outcome | None]:
        """Start a job for one pair."""
        return self.workers.start(self._ensure, index, pair, shared)

    def start_batch(self, pairs: Sequence[PairJob]) -> None:
        """Start a job for pairs in a batch; each of them is finished, even after an error."""
        self.workers.start(self._ensure_batch, pairs)

    def _ensure(self, index: int, pair: Pair, shared: Listing[Lock] | None) -> Outcome | None:
        """Ensure one pair; return None if it was not started, or after an unexpected error."""
        if self.ending.is_stopping:
            return None
        try:
            outcome = self.ensurer.ensure(index, pair, shared)
            self._record(outcome)
            if outcome.is_fatal and outcome.error is not None:
                self.ending.fail(outcome.error)
        except BaseException as error:  # such as of a token source, a full disk or a defect
            self.ending.fail(error)
            return None
        return outcome

    def _ensure_alone(self, one: PairJob) -> None:
        one.finish(self._ensure(one.index, one.ids, None))

    def _ensure_batch(self, pairs: Sequence[PairJob]) -> None:
        """Ensure pairs: in batches if no listing contains them, and the rest one by one."""
        unfinished = {one.index: one for one in pairs}
        try:
            if self.ending.is_stopping or self.batches is None:
                return
            outcomes = [self.ensurer.listed(one.index, one.ids, one.shared) for one in pairs]
            missing = [one for one, outcome in zip(pairs, outcomes, strict=True) if outcome is None]
            created = self.batches.create(one.ids for one in missing)
            for one in missing:
                if one.ids in created:
                    created.remove(one.ids)  # a second equal pair exists already
                    outcomes.append(_created(one))
            known = [outcome for outcome in outcomes if outcome is not None]
            self._record(*known)
            for outcome in known:
                unfinished.pop(outcome.index).finish(outcome)
            for one in list(unfinished.values()):
                self.workers.start(self._ensure_alone, one)
                del unfinished[one.index]
        except BaseException as error:
            self.ending.fail(error)
        finally:
            for one in unfinished.values():
                one.finish(None)

    def _record(self, *outcomes: Outcome) -> None:
        if self.journal is not None:
            usable = [one for one in outcomes if one.first_record_id]
            if usable:
                run_blocking(partial(self.journal.add, *usable))


def _created(one: PairJob) -> Outcome:
    first, second = one.ids
    return Outcome(
        index=one.index, first_record_id=first, second_record_id=second, status="created"
    )
