"""The outcomes of runs: of a pair, of a record that was read; and the progress of a run."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar, cast, get_args

from attrs import frozen

from facade import errors
from facade._core import numbers
from facade._core.retry import causes
from facade.models import Relation

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
class RecordRelations:
    """The relations of one record; it can be pickled.

    `status` is "read", "done_before" if they come from the journal of the interrupted run, and
    "failed" if there is an `error`. A relation comes once in a run: if it is between two records of
    the list, with the first of them that was read. `index` is the position of the record among the
    different ones of the list, from 0.
    """

    index: int
    record_id: str
    status: Literal["read", "done_before", "failed"]
    relations: tuple[Relation, ...] = ()
    error: Exception | None = None

    @property
    def is_fatal(self) -> bool:
        """Whether the record failed with an error that every other record would get, too."""
        return is_fatal(self.error)


Result = TypeVar("Result", bound=Outcome | RecordRelations)


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


@frozen(kw_only=True)
class ReadProgress:
    """The progress of reading after `seconds`, in records, and the relations so far.

    `total` is None if the list has no length. str() tells it.
    """

    done: int
    done_before: int
    failed: int
    relations: int
    total: int | None
    seconds: float

    def __str__(self) -> str:
        of = "" if self.total is None else f" of {self.total:,}"
        failed = f", {self.failed:,} failed" if self.failed else ""
        said = f"{self.done:,}{of} records in {self.seconds:.0f} s"
        return f"{said}: {self.relations:,} relations{failed}"


def status_after(found_after: Sequence[errors.AssociationsError]) -> Status:
    """Return the status of a relation that exists, perhaps after an error of its creation."""
    for error in found_after:
        if not isinstance(error, errors.ContractError):  # that of a success
            return "related" if error.outcome_unknown or error.repeated else "existing"
    return "created"


def is_fatal(error: Exception | None) -> bool:
    """Return whether every other request would get the same error."""
    return isinstance(error, _FATAL_ERRORS)


def forget_frames(error: Exception | None) -> None:
    """Drop the frames of an error, which would keep a request and a response alive."""
    for one in () if error is None else causes(error):
        one.__traceback__ = None


def checked_batch(batch: object) -> int | None:
    """Return the maximum size of a batch, checked; None for no batches."""
    return None if batch is None else cast("int", numbers.count("batch", batch, 1, 1000))
