"""Creates relations in batches, as far as the server accepts them."""

from __future__ import annotations

import logging
from collections import deque
from typing import TYPE_CHECKING

from facade._async.batch import AsyncRelationBatch
from facade.bulk._async.shard import patient
from facade.bulk.batches import BatchSizes, created_pairs
from facade.bulk.tasks import AsyncLock
from facade.errors import APIStatusError, AssociationsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from facade.bulk._async.shard import AsyncEnsurer
    from facade.bulk.batches import Ids

logger = logging.getLogger("facade")

_TOO_LARGE = frozenset({400, 413, 422})  # the status for a batch that is too large is unknown
_NOT_OFFERED = frozenset({401, 403, 404, 405, 501})


class AsyncBatches:
    """Creates relations in batches under one association; usable by several jobs at once."""

    def __init__(self, ensurer: AsyncEnsurer, most: int) -> None:
        self.sizes = BatchSizes(most)
        self._ensurer = ensurer
        self._batch = AsyncRelationBatch.for_relations(patient(ensurer.client).relations)
        self._probe_lock = AsyncLock()

    async def create(self, pairs: Iterable[Ids]) -> set[Ids]:
        """Create relations, and return the pairs that are known to be created.

        The caller ensures all others one by one: some of them may have been created.
        """
        left = deque(dict.fromkeys(pairs))
        self.sizes.add(len(left))
        created: set[Ids] = set()
        while len(left) > 1:
            if self.sizes.is_proven(len(left)):
                sent = await self._send(left)
            else:
                async with self._probe_lock:  # one job at a time tries a larger size
                    sent = await self._send(left)
            if sent is None:
                break
            created |= sent
        return created

    async def _send(self, left: deque[Ids]) -> set[Ids] | None:
        """Send one batch and return its created pairs; None if no batch may be sent.

        Its pairs are removed from `left`, unless the size of the batch was refused.
        """
        size = self.sizes.take(len(left))
        if not size:
            return None
        pairs = [left.popleft() for _ in range(size)]
        try:
            failed_entries = await self._batch.create(self._ensurer.association.id, pairs)
        except APIStatusError as error:
            if error.status_code in _TOO_LARGE:
                self.sizes.refuse(size)
                left.extendleft(reversed(pairs))
                logger.info("a batch of %d pairs was refused, the next is smaller: %s", size, error)
            elif error.status_code in _NOT_OFFERED:
                self.sizes.stop()
                logger.info("batches are not available, each pair is sent on its own: %s", error)
            return set()
        except AssociationsError:  # the outcome is unknown
            return set()
        created = created_pairs(pairs, failed_entries)
        if (
            size > self.sizes.proven
            and pairs[-1] in created
            and not await self._was_complete(pairs)
        ):
            return set()
        if created:
            self.sizes.accept(size)
        self.sizes.save(len(created))
        return created

    async def _was_complete(self, pairs: list[Ids]) -> bool:
        """Return whether the last pair of a batch was created.

        HighLevel may truncate a large batch silently, as it reduces the limit of a list.
        """
        self.sizes.check()
        status = (await self._ensurer.ensure(0, pairs[-1])).status
        if status == "created":
            self.sizes.refuse(len(pairs))
        return status == "existing"
