"""A pair of records, its outcome, and the checks of what a run is given."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, cast, get_args

from attrs import frozen

from facade import errors
from facade._core import numbers
from facade._core.calls import path_segment
from facade.models import Association

logger = logging.getLogger("facade")

Ids = tuple[str, str]
Pair = tuple[str, str] | Mapping[str, str]
"""Two record ids: (first, second), or a mapping by object key."""

Status = Literal["created", "existing", "related", "done_before", "failed"]

_MAX_BATCH = 1000
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
    """The progress of a run after `seconds`: the numbers of outcomes, by status.

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


def is_fatal(error: Exception | None) -> bool:
    """Return whether every other request would get the same error."""
    return isinstance(error, _FATAL_ERRORS)


def forget_frames(error: BaseException | None) -> None:
    """Drop the tracebacks of an error: their frames would keep a request and a response alive."""
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def progress(counts: Counter[str], total: int | None, seconds: float) -> Progress:
    """Return the progress from the numbers of outcomes by status."""
    by_status = {status: counts[status] for status in get_args(Status)}
    return Progress(done=sum(by_status.values()), total=total, seconds=seconds, **by_status)


def log_progress(
    association: Association, counts: Counter[str], total: int | None, seconds: float
) -> None:
    """Log the progress of a run, instead of the waits of its calls for the pace."""
    done, all_pairs = sum(counts.values()), "" if total is None else f" of {total:,}"
    by_status = ", ".join(f"{count:,} {status}" for status, count in sorted(counts.items()))
    name = association.key or association.id
    logger.info("%s: %s%s pairs in %.0f s: %s", name, f"{done:,}", all_pairs, seconds, by_status)


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


def checked_batch(batch: object) -> int | None:
    """Return the maximum size of a batch, checked; None for no batches."""
    return None if batch is None else cast("int", numbers.count("batch", batch, 1, _MAX_BATCH))


def checked_concurrency(value: object) -> int:
    """Return the number of requests at once, checked."""
    return cast("int", numbers.count("concurrency", value, 1))


def require_client(client: object, kind: type) -> None:
    """Raise TypeError if `client` is not an instance of `kind`."""
    if not isinstance(client, kind):
        other = "aensure_many and areplace take an AsyncAssociationsClient"
        raise TypeError(
            f"client must be an {kind.__name__}, not {type(client).__name__}: "
            f"ensure_many and replace take an AssociationsClient, {other}"
        )
