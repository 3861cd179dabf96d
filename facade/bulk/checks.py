"""Checks the arguments of the public functions before anything is sent."""

from collections.abc import Iterable

from facade._core.calls import path_segment

_MAX_BATCH = 1000


def checked_batch(batch: object) -> int | None:
    """Return the maximum size of a batch, checked; None for no batches."""
    if batch is None:
        return None
    if not isinstance(batch, int) or isinstance(batch, bool):
        raise TypeError(f"batch must be a number of pairs, or None, not {batch!r:.40}")
    if not 1 <= batch <= _MAX_BATCH:
        raise ValueError(f"batch must be 1 to {_MAX_BATCH} pairs, not {batch}")
    return batch


def checked_concurrency(value: object) -> int:
    """Return the number of requests at once, checked."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"concurrency must be a number, not {value!r:.40}")
    if value < 1:
        raise ValueError(f"concurrency must be 1 or more, not {value}")
    return value


def checked_ids(record_id: str, other_ids: Iterable[str]) -> tuple[str, ...]:
    """Return the other ids, each once.

    Raises TypeError for text instead of an iterable of ids, ValueError for an invalid id.
    """
    if isinstance(other_ids, str):
        raise TypeError("other_ids must be an iterable of ids: pass a single id as [id]")
    wanted = tuple(dict.fromkeys(other_ids))
    given: list[object] = [record_id, *wanted]
    for one in given:
        if not isinstance(one, str) or not one.strip():
            raise ValueError(f"a record id must be text, not {one!r}")
        path_segment(one)
    return wanted


def require_client(client: object, kind: type) -> None:
    """Raise TypeError if `client` is not an instance of `kind`."""
    if not isinstance(client, kind):
        other = "aensure_many and areplace take an AsyncAssociationsClient"
        raise TypeError(
            f"client must be an {kind.__name__}, not {type(client).__name__}: "
            f"ensure_many and replace take an AssociationsClient, {other}"
        )
