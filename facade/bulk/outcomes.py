"""A pair of records, and what came of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from attrs import frozen

from facade import errors
from facade._core.request import path_segment
from facade.models import Association

Pair = tuple[str, str] | Mapping[str, str]
"""Two record ids: the first and the second, or by object key."""

# Errors of the token, the day or the network: every other pair would fail in the same way.
_FATAL_ERRORS = (
    errors.AuthenticationError,
    errors.ConnectFailedError,
    errors.DailyLimitError,
    errors.EdgeRefusalError,
    errors.LocationAccessError,
)


@frozen(kw_only=True)
class Outcome:
    """The outcome of one pair; it pickles.

    `index` is the pair's position in the list, from 0. If the pair failed, `error` says why; the
    record ids are empty if the pair has none. `relation_id` is None if the pair failed, and if
    nothing that was read for the run named its relation: where it was existing (see `details`), and
    where a `batch` created it.
    `resumed` says that the outcome is from the journal, and nothing was sent.
    """

    index: int
    first_record_id: str
    second_record_id: str
    status: Literal["created", "existing", "failed"]
    relation_id: str | None = None
    error: Exception | None = None
    resumed: bool = False

    @property
    def is_fatal(self) -> bool:
        """Whether it failed with an error that every other pair would meet, too."""
        return is_fatal(self.error)


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


def is_fatal(error: Exception | None) -> bool:
    """Return whether every other request would meet the same error."""
    return isinstance(error, _FATAL_ERRORS)


def progress(counts: Counter[str], total: int | None, seconds: float) -> Progress:
    """Return the progress from the number of outcomes by status, and of those resumed."""
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


def record_ids(pair: object, association: Association) -> tuple[str, str]:
    """Return the first and the second record id of a pair; ValueError if it is not a pair."""
    if isinstance(pair, Mapping):
        pair = association.orient(cast("Mapping[str, str]", pair))
    # Callers without a type checker pass lists, rows of three, strings.
    ids = tuple(cast("Iterable[object]", pair)) if isinstance(pair, (tuple, list)) else ()
    if len(ids) != 2 or not all(isinstance(one, str) and one.strip() for one in ids):
        raise ValueError(f"a pair must be two record ids, not {pair!r:.100}")
    first, second = (path_segment(one) for one in ids)
    return first, second


def usable_ids(pair: object, association: Association) -> tuple[str, str] | None:
    """Return the record ids of a pair, or None if it is not a pair."""
    try:
        return record_ids(pair, association)
    except ValueError:
        return None


def require_client(client: object, kind: type) -> None:
    """Raise TypeError for a client of the other kind, or for anything else."""
    if not isinstance(client, kind):
        other = "aensure_many and areplace take an AsyncAssociationsClient"
        raise TypeError(
            f"client must be an {kind.__name__}, not {type(client).__name__}: "
            f"ensure_many and replace take an AssociationsClient, {other}"
        )
