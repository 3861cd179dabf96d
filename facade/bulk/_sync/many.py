# Generated from facade/bulk/_async/many.py by `make generate`: edit that file instead.
"""aensure_many: a list of any length, several pairs at once, outcomes in order, resumable."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Self

from facade._core.matching import checked_association
from facade.bulk.options import RunOptions
from facade.bulk.outcomes import require_client

from facade._sync.client import AssociationsClient
from facade.bulk._sync.run import Run

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from types import TracebackType

    from facade.bulk.outcomes import Outcome, Pair, Progress
    from facade.bulk.threads import Items
    from facade.models import Association


def ensure_many(
    client: AssociationsClient,
    pairs: Items[Pair],
    *,
    association: Association | str,
    concurrency: int = 8,
    details: bool = False,
    journal: str | os.PathLike[str] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    batch: int | None = None,
) -> Outcomes:
    """Ensure a relation for each pair, and yield the outcomes in the order of the list.

    A pair is (first_record_id, second_record_id), or the two by object key. `association` may be
    given by its key. The list may be endless: it is read as the work proceeds, and nothing is sent
    before the first outcome is requested. A pair that fails is an outcome with its `error`. A fatal
    error (the token, the location, the daily limit, no connection) ends the run: requests in flight
    finish and are yielded, no other pair is started, and the error is raised. An error of the list
    is raised after the outcomes of the pairs before it.

    A new pair costs one request, and so does one that exists. Where four pairs or more share
    a record, its relations are listed if that costs less than asking for each: in a list or tuple
    all pairs count, otherwise those that were read so far. `details` looks for the relation of
    each existing pair that no listing named, which takes up to two more requests; otherwise the
    outcome's `relation_id` is None.

    `journal` is a file: a run with the file of an earlier one does not send again what that run
    did, yields it as `resumed`, and retries what failed. JournalError if another process uses it,
    or it belongs to another association or location. `on_progress` is called before each outcome,
    by the caller that asks for it.

    `batch` is experimental, and off by default: up to so many pairs, 1 to 1,000, are sent with one
    request, by an operation that HighLevel does not publish and may change or end at any time. A
    hundred new pairs then cost one request; a pair waits until as many were read. The first batches
    are small, and larger ones follow as they are accepted. Only what an answer leaves no doubt of
    is `created`, without a `relation_id`; every other pair is ensured as if there were no batches,
    and is `existing` if the batch related it. ValueError if `details` asks for the relations.
    """
    require_client(client, AssociationsClient)
    if not isinstance(association, str):
        checked_association(association)
    options = RunOptions(
        concurrency=concurrency,
        details=details,
        journal=journal,
        on_progress=on_progress,
        batch=batch,
    )
    return Outcomes(Run(client, pairs, association, options))


class Outcomes:
    """The outcomes of a run, in the order of the list: iterate over them.

    The work is done while they are read. To end it earlier, stop it and read on, or close it:
    requests in flight finish.
    """

    def __init__(self, run: Run) -> None:
        self._ending = run.ending
        self._outcomes = run.outcomes()
        self._is_used = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Outcome:
        self._is_used = True
        return self._outcomes.__next__()

    def stop(self) -> None:
        """Start no other pair; what is in flight still has its outcomes.

        It returns at once: call it from another thread, or when a signal arrives.
        """
        self._ending.is_near = True

    def close(self) -> None:
        """Start no other pair, and wait for the requests in flight."""
        self._is_used = True
        self._outcomes.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if not self._is_used:
            warnings.warn(
                f"nothing was sent: the {type(self).__name__} were not read",
                RuntimeWarning,
                stacklevel=2,
            )
