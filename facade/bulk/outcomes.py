"""The outcome of a pair of records, and the progress of a run."""

from collections import Counter
from collections.abc import Mapping
from typing import Literal, cast, get_args

from attrs import frozen

from facade import errors
from facade._core import numbers

Ids = tuple[str, str]
Pair = tuple[str, str] | Mapping[str, str]
"""Two record ids: (first, second), or a mapping by object key."""

Status = Literal["created", "existing", "related", "done_before", "failed"]

# Errors of the token, the limit, its pace or the network: every other pair would fail, too.
_FATAL_ERRORS = (
    errors.AuthenticationError,
    errors.ConnectFailedError,
    errors.DailyLimitError,
    errors.EdgeRefusalError,
    errors.LocationAccessError,
    errors.PaceError,
)


@frozen(kw_only=True)
class Outcome:
    """The outcome of one pair; it can be pickled.

    `status` is "created" if this run created the relation, "existing" if it existed before, and
    "failed" if there is an `error`. It is "related" if the relation exists, but an answer that was
    lost, or those to the run's batches, do not show whether the run created it: a success, too. It
    is "done_before" if the journal of the interrupted run lists the pair: nothing was sent.

    `index` is the position of the pair in the list, from 0. The record ids are empty if the pair is
    not valid. `relation_id` is None if the pair failed, if a `batch` ensured it, and if it exists,
    unless a listing, a lookup or `details` found its relation.
    """

    index: int
    first_record_id: str
    second_record_id: str
    status: Status
    relation_id: str | None = None
    error: Exception | None = None

    @property
    def is_fatal(self) -> bool:
        """Whether the pair failed with an error that every other pair would get, too."""
        return is_fatal(self.error)


@frozen(kw_only=True)
class Progress:
    """The progress of a run after `seconds`: the numbers of outcomes, by status; str() tells it.

    `total` is None if the list has no length.
    """

    done: int
    created: int
    existing: int
    related: int = 0
    done_before: int = 0
    failed: int
    total: int | None
    seconds: float

    def __str__(self) -> str:
        of = "" if self.total is None else f" of {self.total:,}"
        counts = ((getattr(self, status), status) for status in get_args(Status))
        by_status = ", ".join(f"{count:,} {status}" for count, status in counts if count)
        return f"{self.done:,}{of} pairs in {self.seconds:.0f} s: {by_status}"


def progress(counts: Counter[str], total: int | None, seconds: float) -> Progress:
    """Return the progress from the numbers of outcomes by status."""
    by_status = {status: counts[status] for status in get_args(Status)}
    return Progress(done=counts.total(), total=total, seconds=seconds, **by_status)


def is_fatal(error: Exception | None) -> bool:
    """Return whether every other request would get the same error."""
    return isinstance(error, _FATAL_ERRORS)


def checked_batch(batch: object) -> int | None:
    """Return the maximum size of a batch, checked; None for no batches."""
    return None if batch is None else cast("int", numbers.count("batch", batch, 1, 1000))
