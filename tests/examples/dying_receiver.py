"""A process that serves the FastAPI example and is killed when it handles an event.

Its arguments are the descriptor of a listening socket and the app's name in Redis.
"""

import os
import signal
import sys

import uvicorn

from examples import webhooks_fastapi
from facade.redis import RedisReplayStore
from facade.webhooks import Event, Guard


def handle(event: Event) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    store = RedisReplayStore(os.environ["REDIS_URL"], app=sys.argv[2])
    webhooks_fastapi.guard = Guard(store)
    webhooks_fastapi.handle = handle
    uvicorn.run(webhooks_fastapi.app, fd=int(sys.argv[1]), lifespan="off", ws="none")
