"""A pair of records: its record ids, and its way through a run."""

from collections.abc import Iterable, Mapping
from typing import cast

from attrs import define, field

from facade._core.calls import path_segment
from facade._core.concurrency import Pending
from facade._core.retry import causes
from facade.bulk.listings import Listing
from facade.bulk.outcomes import Ids, Outcome, Status
from facade.models import Association


def parsed(pair: object, association: Association) -> Ids | ValueError:
    """Return the record ids of a pair; a ValueError if it is not a pair."""
    try:
        if isinstance(pair, Mapping):
            pair = association.orient(cast("Mapping[str, str]", pair))
        # Callers without a type checker pass lists, rows of three columns, or text.
        ids = tuple(cast("Iterable[object]", pair)) if isinstance(pair, (tuple, list)) else ()
        if len(ids) != 2 or not all(isinstance(one, str) and one.strip() for one in ids):
            raise ValueError(f"a pair must be two record ids, not {pair!r:.100}")
        for one in ids:
            path_segment(one)
    except ValueError as error:
        return error
    return cast("Ids", ids)


@define(eq=False)
class PairJob:
    """A pair on its way through a run, up to its outcome.

    `done` has the outcome in the end; None if the pair was not sent. `is_doubtful` if the answer to
    a batch leaves open whether it created the relation.
    """

    index: int
    ids: Ids
    listing: Listing | None = None
    is_doubtful: bool = False
    outcome: Outcome | None = None
    done: Pending[Outcome | None] = field(factory=Pending)

    @classmethod
    def of(cls, index: int, ids: Ids | ValueError) -> "PairJob":
        """Return a job for the record ids of a pair, which has failed if they are an error."""
        if not isinstance(ids, ValueError):
            return cls(index, ids)
        job = cls(index, ("", ""))
        job.settle("failed", error=ids)
        return job

    def settle(
        self, status: Status, relation_id: str | None = None, error: Exception | None = None
    ) -> Outcome:
        """Set and return the outcome; a doubtful pair that exists is `related`."""
        if self.is_doubtful and status == "existing":
            status = "related"
        # The frames of an error would keep a request and a response alive.
        for one in () if error is None else causes(error):
            one.__traceback__ = None
        first, second = self.ids
        self.outcome = Outcome(
            index=self.index,
            first_record_id=first,
            second_record_id=second,
            status=status,
            relation_id=relation_id,
            error=error,
        )
        return self.outcome

    def finish(self, outcome: Outcome | None) -> None:
        """End the wait for the outcome, unless it has ended."""
        if not self.done.has_ended:
            self.done.set_result(outcome)
