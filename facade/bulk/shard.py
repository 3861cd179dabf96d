"""A shard: some pairs, one after the other, in a thread here or in a worker on any machine."""

from collections.abc import Iterable, Mapping
from typing import Literal, cast

from attrs import evolve, frozen

from facade import AssociationsClient, errors
from facade.models import Association

Pair = tuple[str, str] | Mapping[str, str]

# Errors of the token, the day or the network: every other pair would fail in the same way.
_FATAL_ERRORS = (
    errors.AuthenticationError,
    errors.ConnectFailedError,
    errors.DailyLimitError,
    errors.LocationAccessError,
)


@frozen(kw_only=True)
class Outcome:
    """The outcome of one pair; it pickles.

    `index` is the pair's position in the list, from 0. If the pair failed, `error` says why and
    `relation_id` is None; the record ids are empty if the pair has none. `resumed` says that the
    outcome is from the journal, and nothing was sent.
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
        return isinstance(self.error, _FATAL_ERRORS)


def ensure_shard(
    client: AssociationsClient,
    pairs: Iterable[Pair],
    *,
    association: Association,
    start: int = 0,
) -> list[Outcome]:
    """Ensure a relation for each pair, one after the other, and return their outcomes.

    A pair is (first_record_id, second_record_id), or the two by object key. `start` is the first
    pair's index. A fatal outcome is the last one: the pairs after it were not started. Repeating
    a shard does no harm.
    """
    outcomes: list[Outcome] = []
    for index, pair in enumerate(pairs, start):
        outcomes.append(_ensure(client, pair, association, index))
        if outcomes[-1].is_fatal:
            break
    return outcomes


def record_ids(pair: object, association: Association) -> tuple[str, str]:
    """Return the first and the second record id of a pair; ValueError if it is not a pair."""
    if isinstance(pair, Mapping):
        pair = association.orient(cast("Mapping[str, str]", pair))
    # Callers without a type checker pass lists, rows of three, strings.
    ids = tuple(cast("Iterable[object]", pair)) if isinstance(pair, (tuple, list)) else ()
    if len(ids) != 2 or not all(isinstance(one, str) and one.strip() for one in ids):
        raise ValueError(f"a pair must be two record ids, not {pair!r:.100}")
    return cast("tuple[str, str]", ids)


def _ensure(
    client: AssociationsClient, pair: Pair, association: Association, index: int
) -> Outcome:
    outcome = Outcome(index=index, first_record_id="", second_record_id="", status="failed")
    try:
        first, second = record_ids(pair, association)
    except ValueError as error:
        return evolve(outcome, error=error)
    outcome = evolve(outcome, first_record_id=first, second_record_id=second)
    try:
        relation, created = client.relations.ensure(
            association.id, first_record_id=first, second_record_id=second
        )
    except errors.AssociationsError as error:
        return evolve(outcome, error=error)
    return evolve(outcome, status="created" if created else "existing", relation_id=relation.id)
