"""The options of a run, checked before anything is sent."""

import os
from collections.abc import Callable

from attrs import field, frozen

from facade.bulk.batches import checked_batch
from facade.bulk.outcomes import Progress


@frozen(kw_only=True)
class RunOptions:
    """The options of a run; `aensure_many` documents them."""

    concurrency: int
    details: bool
    journal: str | os.PathLike[str] | None
    on_progress: Callable[[Progress], None] | None
    batch: int | None = field(converter=checked_batch)

    def __attrs_post_init__(self) -> None:
        _check_concurrency(self.concurrency)
        if self.details and self.batch is not None:
            raise ValueError(
                "details needs the relation of each pair, which the response to a batch does not "
                "contain: omit details or batch"
            )


def _check_concurrency(value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"concurrency must be a number, not {value!r:.40}")
    if value < 1:
        raise ValueError(f"concurrency must be 1 or more, not {value}")
