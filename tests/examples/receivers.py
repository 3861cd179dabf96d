"""The webhook receivers of examples/, served on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

import uvicorn
from werkzeug.serving import make_server

from examples import webhooks_fastapi, webhooks_flask

RECEIVERS: dict[str, ModuleType] = {"fastapi": webhooks_fastapi, "flask": webhooks_flask}


@contextmanager
def served(receiver: ModuleType) -> Iterator[str]:
    """Serve the app of an example; give the address that HighLevel would deliver to."""
    serve = _served_by_uvicorn if receiver is webhooks_fastapi else _served_by_werkzeug
    with serve(receiver) as port:
        yield f"http://127.0.0.1:{port}/webhooks"


@contextmanager
def _served_by_uvicorn(receiver: ModuleType) -> Iterator[int]:
    # asyncio sends at once (TCP_NODELAY) only where the socket says that it is TCP.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        config = uvicorn.Config(receiver.app, log_config=None, lifespan="off", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _served_by_werkzeug(receiver: ModuleType) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, receiver.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
