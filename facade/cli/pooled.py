"""Work on several items at once, whose outcomes are in order."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from facade import AssociationsError
from facade.bulk.outcomes import is_fatal

Item = TypeVar("Item")
Result = TypeVar("Result")


def outcomes_of(
    work: Callable[[Item], Result], items: Iterable[Item], concurrency: int
) -> Generator[tuple[Item, Result | Exception]]:
    """Work on several items at once, read on demand; yield the outcome of each, in order.

    An error that every other item would get, too, is raised.
    """
    pool = ThreadPoolExecutor(concurrency, thread_name_prefix="command")
    pending: deque[tuple[Item, Future[Result]]] = deque()

    def first() -> tuple[Item, Result | Exception]:
        item, job = pending.popleft()
        try:
            return item, job.result()
        except (AssociationsError, ValueError) as error:
            if is_fatal(error):
                raise
            return item, error

    is_interrupted = False
    try:
        for item in items:
            pending.append((item, pool.submit(work, item)))
            while pending and (pending[0][1].done() or len(pending) >= 2 * concurrency):
                yield first()
        while pending:
            yield first()
    except KeyboardInterrupt:
        is_interrupted = True
        raise
    finally:
        pool.shutdown(wait=not is_interrupted, cancel_futures=True)
