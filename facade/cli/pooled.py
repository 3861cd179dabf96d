"""Work on several items at once, whose outcomes are in order."""

from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from facade import AssociationsError
from facade.bulk.outcomes import is_fatal

Item = TypeVar("Item")
Result = TypeVar("Result")


def outcomes_of(
    work: Callable[[Item], Result], items: Iterable[Item], concurrency: int
) -> Generator[tuple[Item, Result | Exception]]:
    """Work on so many items at once, read on demand; yield the outcome of each, in order.

    An error that every other item would get, too, is raised.
    """

    def attempt(item: Item) -> tuple[Item, Result | Exception]:
        try:
            return item, work(item)
        except (AssociationsError, ValueError) as error:
            if is_fatal(error):
                raise
            return item, error

    pool, left, waits = ThreadPoolExecutor(concurrency, "command"), iter(items), True
    try:
        while together := [*islice(left, concurrency)]:
            yield from pool.map(attempt, together)
    except KeyboardInterrupt:
        waits = False
        raise
    finally:
        pool.shutdown(wait=waits, cancel_futures=True)
