"""Many relations: `ensure_many`, `ensure_shard`, `replace`, and `relations_of` to read them.

`aensure_many`, `aensure_shard`, `areplace` and `arelations_of` do the same with an
AsyncAssociationsClient.
"""

from typing import TYPE_CHECKING

from facade._core.lazy import lazy_names
from facade.bulk._sync.many import ensure_many
from facade.bulk._sync.one_by_one import ensure_shard
from facade.bulk._sync.read_relations import relations_of
from facade.bulk._sync.replacing import replace
from facade.bulk._sync.running import Outcomes
from facade.bulk.journal import JournalError
from facade.bulk.outcomes import Outcome, Pair, Progress, ReadProgress, RecordRelations
from facade.bulk.plan import Plan

if TYPE_CHECKING:
    from facade.bulk._async.many import aensure_many
    from facade.bulk._async.one_by_one import aensure_shard
    from facade.bulk._async.read_relations import arelations_of
    from facade.bulk._async.replacing import areplace
    from facade.bulk._async.running import AsyncOutcomes

__all__ = [
    "AsyncOutcomes",
    "JournalError",
    "Outcome",
    "Outcomes",
    "Pair",
    "Plan",
    "Progress",
    "ReadProgress",
    "RecordRelations",
    "aensure_many",
    "aensure_shard",
    "arelations_of",
    "areplace",
    "ensure_many",
    "ensure_shard",
    "relations_of",
    "replace",
]

# Lazy, because a blocking app should not wait for the import of asyncio.
_MODULES = {
    "_async.many": ["aensure_many"],
    "_async.one_by_one": ["aensure_shard"],
    "_async.read_relations": ["arelations_of"],
    "_async.replacing": ["areplace"],
    "_async.running": ["AsyncOutcomes"],
}

if not TYPE_CHECKING:  # a type checker would accept any name
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
