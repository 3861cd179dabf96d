"""A pair of records, and its outcome."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, cast

from attrs import frozen

from facade import errors
from facade._core.calls import path_segment
from facade.models import Association

Pair = tuple[str, str] | Mapping[str, str]
"""Two record ids: (first, second), or a mapping by object key."""

# Errors of the token, the daily limit or the network: every other pair would fail, too.
_FATAL_ERRORS = (
    errors.AuthenticationError,
    errors.ConnectFailedError,
    errors.DailyLimitError,
    errors.EdgeRefusalError,
    errors.LocationAccessError,
)


@frozen(kw_only=True)
class Outcome:
    """The outcome of one pair; it can be pickled.

    `index` is the position of the pair in the list, from 0. `error` is set if the pair failed; the
    record ids are empty if the pair is not valid. `relation_id` is None if the pair failed, if a
    `batch` created it, and for an existing pair unless a listing or `details` found its relation.
    `resumed` is True if the outcome is from the journal and nothing was sent.
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
        """Whether the pair failed with an error that every other pair would get, too."""
        return is_fatal(self.error)


@frozen(kw_only=True)
class Progress:
    """The progress of a run after `seconds`.

    `total` is None if the list has no length. `resumed` counts those of `done` from the journal.
    """

    done: int
    created: int
    existing: int
    failed: int
    resumed: int
    total: int | None
    seconds: float


def is_fatal(error: Exception | None) -> bool:
    """Return whether every other request would get the same error."""
    return isinstance(error, _FATAL_ERRORS)


def progress(counts: Counter[str], total: int | None, seconds: float) -> Progress:
    """Return the progress from the numbers of outcomes by status, and of resumed ones."""
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
    """Return the record ids of a pair; raise ValueError if it is not a pair."""
    if isinstance(pair, Mapping):
        pair = association.orient(cast("Mapping[str, str]", pair))
    # Callers without a type checker pass lists, rows of three columns, or text.
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
    """Raise TypeError if `client` is not an instance of `kind`."""
    if not isinstance(client, kind):
        other = "aensure_many and areplace take an AsyncAssociationsClient"
        raise TypeError(
            f"client must be an {kind.__name__}, not {type(client).__name__}: "
            f"ensure_many and replace take an AssociationsClient, {other}"
        )
