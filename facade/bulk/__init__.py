"""Many relations: `replace` those of one record, `ensure_many` of a list, `ensure_shard`."""

from facade.bulk.journal import JournalError
from facade.bulk.many import Progress, ensure_many
from facade.bulk.replacing import Plan, replace
from facade.bulk.shard import Outcome, Pair, ensure_shard

__all__ = [
    "JournalError",
    "Outcome",
    "Pair",
    "Plan",
    "Progress",
    "ensure_many",
    "ensure_shard",
    "replace",
]
