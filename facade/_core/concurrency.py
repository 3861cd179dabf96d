"""What blocking and async code do differently, written by hand for both."""

import time
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

Function = Callable[P, Result]
AsyncFunction = Callable[P, Awaitable[Result]]

sleep = time.sleep


async def async_sleep(seconds: float) -> None:
    """Sleep; asyncio is imported here, because loading it is a tenth of a blocking app's start."""
    import asyncio

    await asyncio.sleep(seconds)


def run_blocking(work: Callable[[], Result]) -> Result:
    """Do work that may block: here, because blocking code waits for it anyway."""
    return work()


async def async_run_blocking(work: Callable[[], Result]) -> Result:
    """Do work that may block: in a thread, so that the event loop goes on."""
    import asyncio

    return await asyncio.to_thread(work)
