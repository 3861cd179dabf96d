# Generated from facade/bulk/_async/batching.py by `make generate`: edit that file instead.
"""Several pairs with one request, as far as that is accepted."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from facade._core.bounds import CallDeadline
from facade._core.call_options import with_deadline
from facade.bulk.batches import BatchSizes, created_of
from facade.bulk.threads import Lock
from facade.errors import APIStatusError, AssociationsError

from facade._sync.batch import RelationBatch
from facade.bulk._sync.shard import BULK_DEADLINE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from facade.bulk.batches import Ids

    from facade.bulk._sync.shard import Ensurer

logger = logging.getLogger("facade")

_TOO_LARGE = frozenset({400, 413, 422})  # nobody knows how a batch that is too large is refused
_NOT_OFFERED = frozenset({401, 403, 404, 405, 501})


class Batches:
    """Creates relations in batches under one association; usable by several jobs at once."""

    def __init__(self, ensurer: Ensurer, most: int) -> None:
        self.sizes = BatchSizes(most)
        self._ensurer = ensurer
        self._batch = RelationBatch.beside(ensurer.client.relations)
        self._trial = Lock()

    def create(self, pairs: Iterable[Ids]) -> set[Ids]:
        """Create relations, and return the pairs that are known to be created.

        All others are to be ensured one by one: of some of them the relation may exist by now.
        """
        left = deque(dict.fromkeys(pairs))
        self.sizes.add(len(left))
        created: set[Ids] = set()
        while len(left) > 1:
            if self.sizes.is_proven(len(left)):
                sent = self._send(left)
            else:
                with self._trial:  # by one job at a time
                    sent = self._send(left)
            if sent is None:
                break
            created |= sent
        return created

    def _send(self, left: deque[Ids]) -> set[Ids] | None:
        """Send as many pairs as one batch may have; None if none may be sent.

        They are no longer left, unless their number was refused.
        """
        size = self.sizes.take(len(left))
        if not size:
            return None
        pairs = [left.popleft() for _ in range(size)]
        options = with_deadline({}, CallDeadline(BULK_DEADLINE, includes_pace=False))
        try:
            errored = self._batch.create(self._ensurer.association.id, pairs, **options)
        except APIStatusError as error:
            if error.status_code in _TOO_LARGE:
                self.sizes.refuse(size)
                left.extendleft(reversed(pairs))
                logger.info("a batch of %d pairs was refused, the next is smaller: %s", size, error)
            elif error.status_code in _NOT_OFFERED:
                self.sizes.stop()
                logger.info("no batch is sent any more, each pair is sent alone: %s", error)
            return set()
        except AssociationsError:  # whether it was done is not known
            return set()
        created = created_of(pairs, errored)
        if size > self.sizes.proven and pairs[-1] in created and not self._is_whole(pairs):
            return set()
        if created:
            self.sizes.accept(size)
        self.sizes.save(len(created))
        return created

    def _is_whole(self, pairs: list[Ids]) -> bool:
        """Return whether the last pair of a batch was related.

        HighLevel may cut one that is too large without a word, as it cuts the limit of a list.
        """
        self.sizes.check()
        status = (self._ensurer.ensure(0, pairs[-1])).status
        if status == "created":
            self.sizes.refuse(len(pairs))
        return status == "existing"
