"""Many relations: `ensure_many` and `ensure_shard` for lists, `replace` for those of one record.

`aensure_many`, `aensure_shard` and `areplace` do the same with an AsyncAssociationsClient.
"""

from typing import TYPE_CHECKING

from facade._core.lazy import lazy_names
from facade.bulk._sync.many import Outcomes, ensure_many
from facade.bulk._sync.one_by_one import ensure_shard
from facade.bulk._sync.replacing import replace
from facade.bulk.journal import JournalError
from facade.bulk.outcomes import Outcome, Pair, Progress
from facade.bulk.plan import Plan

if TYPE_CHECKING:
    from facade.bulk._async.many import AsyncOutcomes, aensure_many
    from facade.bulk._async.one_by_one import aensure_shard
    from facade.bulk._async.replacing import areplace

__all__ = [
    "AsyncOutcomes",
    "JournalError",
    "Outcome",
    "Outcomes",
    "Pair",
    "Plan",
    "Progress",
    "aensure_many",
    "aensure_shard",
    "areplace",
    "ensure_many",
    "ensure_shard",
    "replace",
]

# Lazy, because a blocking app should not wait for the import of asyncio.
_MODULES = {
    "_async.many": ["AsyncOutcomes", "aensure_many"],
    "_async.one_by_one": ["aensure_shard"],
    "_async.replacing": ["areplace"],
}

if not TYPE_CHECKING:  # a type checker would accept any name
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
