"""A redis-server on a free port of this machine, in memory only."""

import secrets
import socket
import subprocess
from contextlib import suppress
from typing import Self


class RedisServer:
    """Runs from construction until `stop`; a context manager. `start` restarts it."""

    def __init__(self) -> None:
        self.port = _free_port()
        # Patient, because a busy machine must not look like a Redis that is away.
        patience = "socket_timeout=60&socket_connect_timeout=60"
        self.url = f"redis://127.0.0.1:{self.port}/0?{patience}"
        self.start()

    def start(self) -> None:
        """Start it without data, and return once it accepts connections."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly"]
        self._process = subprocess.Popen(
            ["redis-server", *options, "no"], stdout=subprocess.PIPE, text=True
        )
        output = []
        for line in self._process.stdout or ():
            output.append(line)
            if "eady to accept connections" in line:
                return
        self.stop()
        raise RuntimeError(f"redis-server did not start:\n{''.join(output)}")

    def stop(self) -> None:
        """Kill it and discard its data."""
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _free_port() -> int:
    """Find a port below those of outgoing connections, none of which may take it from Redis."""
    while True:
        port = 10_000 + secrets.randbelow(20_000)
        with socket.socket() as listening, suppress(OSError):
            listening.bind(("127.0.0.1", port))
            return port
