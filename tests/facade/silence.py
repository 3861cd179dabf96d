"""A server that answers nothing, and does something once it has a request."""

import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class SilentServer:
    """Reads requests, and notes their methods; at the `at`-th one it calls `act` in a thread."""

    def __init__(self, act: Callable[[], None], at: int = 1) -> None:
        self.methods: list[str] = []
        self._at = at
        self._act = act
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return  # closed
            self._open.append(connection)
            threading.Thread(target=self._read, args=(connection,), daemon=True).start()

    def _read(self, connection: socket.socket) -> None:
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
                if b"\r\n\r\n" in received:
                    self._note(received.split(b" ")[0].decode())
                    received = b""
        except OSError:
            pass  # the client went away

    def _note(self, method: str) -> None:
        with self._lock:
            self.methods.append(method)
            is_last = len(self.methods) == self._at
        if is_last:
            self._act()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)  # which ends `accept`
        self._listening.close()
        for connection in self._open:
            connection.close()
