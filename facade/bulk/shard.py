"""A shard: some pairs, done one after the other, in a thread here or in a worker anywhere."""

from collections.abc import Iterable, Mapping
from typing import Literal, cast

from attrs import frozen

from facade import AssociationsClient, errors
from facade.models import Association

Pair = tuple[str, str] | Mapping[str, str]

# About the token, the day or the network, not about one pair: all others would fail as well.
_STOPPING = (
    errors.AuthenticationError,
    errors.ConnectFailedError,
    errors.DailyLimitError,
    errors.LocationAccessError,
)


@frozen(kw_only=True)
class Outcome:
    """What became of one pair; it pickles.

    `index` is the pair's place in the list, from 0. `relation_id` is None and `error` is there
    where it failed; the record ids are empty where the pair does not tell them. `resumed` says
    that a journal knew it and nothing was sent.
    """

    index: int
    first_record_id: str
    second_record_id: str
    status: Literal["created", "existing", "failed"]
    relation_id: str | None = None
    error: Exception | None = None
    resumed: bool = False

    @property
    def stops(self) -> bool:
        """Tell whether it failed for a reason that would befall every other pair as well."""
        return isinstance(self.error, _STOPPING)


def ensure_shard(
    client: AssociationsClient,
    pairs: Iterable[Pair],
    *,
    association: Association,
    start: int = 0,
) -> list[Outcome]:
    """Ensure a relation for each pair, one after the other, and tell what became of each.

    A pair is (first_record_id, second_record_id), or the two by object key. `start` is the first
    pair's index. A pair that fails does not end the shard, unless its outcome `stops`: that one
    is the last then, and the rest was not started. Doing a shard twice is fine.
    """
    outcomes: list[Outcome] = []
    for index, pair in enumerate(pairs, start):
        outcomes.append(_ensure(client, pair, association, index))
        if outcomes[-1].stops:
            break
    return outcomes


def oriented(pair: object, association: Association) -> tuple[str, str]:
    """Read a pair as first and second record; ValueError where it is none."""
    if isinstance(pair, Mapping):
        pair = association.orient(cast("Mapping[str, str]", pair))
    # Callers without a type checker bring lists, rows of three, texts.
    ids = tuple(cast("Iterable[object]", pair)) if isinstance(pair, (tuple, list)) else ()
    if len(ids) != 2 or not all(isinstance(one, str) and one.strip() for one in ids):
        raise ValueError(f"a pair is two record ids, not {pair!r:.100}")
    return cast("tuple[str, str]", ids)


def _ensure(
    client: AssociationsClient, pair: Pair, association: Association, index: int
) -> Outcome:
    first = second = ""
    try:
        first, second = oriented(pair, association)
    except ValueError as error:
        return _failed(index, first, second, error)
    try:
        relation, created = client.relations.ensure(
            association.id, first_record_id=first, second_record_id=second
        )
    except errors.AssociationsError as error:
        return _failed(index, first, second, error)
    return Outcome(
        index=index,
        first_record_id=first,
        second_record_id=second,
        status="created" if created else "existing",
        relation_id=relation.id,
    )


def _failed(index: int, first: str, second: str, error: Exception) -> Outcome:
    return Outcome(
        index=index, first_record_id=first, second_record_id=second, status="failed", error=error
    )
