"""Several pairs with one request, as far as that is accepted."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from facade._async.batch import AsyncRelationBatch
from facade._core.bounds import CallDeadline
from facade._core.call_options import with_deadline
from facade.bulk._async.shard import BULK_DEADLINE
from facade.bulk.batches import BatchSizes, created_of
from facade.bulk.tasks import AsyncLock
from facade.errors import APIStatusError, AssociationsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from facade.bulk._async.shard import AsyncEnsurer
    from facade.bulk.batches import Ids

logger = logging.getLogger("facade")

_TOO_LARGE = frozenset({400, 413, 422})  # nobody knows how a batch that is too large is refused
_NOT_OFFERED = frozenset({401, 403, 404, 405, 501})


class AsyncBatches:
    """Creates relations in batches under one association; usable by several jobs at once."""

    def __init__(self, ensurer: AsyncEnsurer, most: int) -> None:
        self.sizes = BatchSizes(most)
        self._ensurer = ensurer
        self._batch = AsyncRelationBatch.beside(ensurer.client.relations)
        self._trial = AsyncLock()

    async def create(self, pairs: Iterable[Ids]) -> set[Ids]:
        """Create relations, and return the pairs that are known to be created.

        All others are to be ensured one by one: of some of them the relation may exist by now.
        """
        left = deque(dict.fromkeys(pairs))
        self.sizes.add(len(left))
        created: set[Ids] = set()
        while len(left) > 1:
            if self.sizes.is_proven(len(left)):
                sent = await self._send(left)
            else:
                async with self._trial:  # by one job at a time
                    sent = await self._send(left)
            if sent is None:
                break
            created |= sent
        return created

    async def _send(self, left: deque[Ids]) -> set[Ids] | None:
        """Send as many pairs as one batch may have; None if none may be sent.

        They are no longer left, unless their number was refused.
        """
        size = self.sizes.take(len(left))
        if not size:
            return None
        pairs = [left.popleft() for _ in range(size)]
        options = with_deadline({}, CallDeadline(BULK_DEADLINE, includes_pace=False))
        try:
            errored = await self._batch.create(self._ensurer.association.id, pairs, **options)
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
        if size > self.sizes.proven and pairs[-1] in created and not await self._is_whole(pairs):
            return set()
        if created:
            self.sizes.accept(size)
        self.sizes.save(len(created))
        return created

    async def _is_whole(self, pairs: list[Ids]) -> bool:
        """Return whether the last pair of a batch was related.

        HighLevel may cut one that is too large without a word, as it cuts the limit of a list.
        """
        self.sizes.check()
        status = (await self._ensurer.ensure(0, pairs[-1])).status
        if status == "created":
            self.sizes.refuse(len(pairs))
        return status == "existing"
