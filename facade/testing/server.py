"""The sandbox as a local HTTP/1.1 server, for clients in any language."""

import socket
import socketserver
import struct
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from weakref import WeakSet

from facade.testing.messages import (
    DroppedConnectionError,
    Exchange,
    Request,
    Response,
    error_body,
    json_response,
    reason,
    run,
)

# Closing a socket with this option sends a RST.
_NO_LINGER = struct.pack("ii", 1, 0)


class Server:
    """A server in a thread, from construction until `close`; a context manager."""

    def __init__(self, exchange: Exchange, host: str, port: int) -> None:
        self._tcp = _TcpServer((host, port), partial(_Connection, exchange))
        self.port: int = self._tcp.server_address[1]
        self.url = f"http://{host}:{self.port}"
        # Frequent polling, so that `close` is fast.
        serve = partial(self._tcp.serve_forever, poll_interval=0.02)
        threading.Thread(target=serve, name="sandbox", daemon=True).start()

    def close(self) -> None:
        """Stop listening and close every connection; a second call does nothing."""
        self._tcp.shutdown()
        self._tcp.server_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _TcpServer(socketserver.ThreadingTCPServer):
    """Accepts hundreds of connections at once, each in a thread."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], connect: Callable[..., Any]) -> None:
        self._accepted = WeakSet[socket.socket]()
        super().__init__(address, connect)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._accepted.add(request)
        super().process_request(request, client_address)

    def server_close(self) -> None:
        """Stop listening, and shut down every connection, which ends its thread."""
        super().server_close()
        for connection in list(self._accepted):
            with suppress(OSError):  # it may be closed already
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that disconnect; print any other error, which is a defect."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    """Reads requests from a connection and writes each response with one write.

    A second write would wait 40 ms for the delayed acknowledgement of the client.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, exchange: Exchange, *connection: Any) -> None:
        self._exchange = exchange
        super().__init__(*connection)

    def _serve(self) -> None:
        if "transfer-encoding" in self.headers:
            self.send_error(411, "Send the body with a Content-Length.")
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        try:
            self._write(run(self._exchange(Request(self.command, self.path, headers, body))))
        except DroppedConnectionError as dropped:
            self._drop(dropped)

    do_GET = do_POST = do_PUT = do_DELETE = _serve
    do_PATCH = _serve

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Respond with JSON without reading the body, and close the connection."""
        self.close_connection = True
        self._write(json_response(code, error_body(code, message or reason(code))))

    def _write(self, response: Response) -> None:
        head = [
            f"HTTP/1.1 {response.status} {reason(response.status)}",
            f"Date: {self.date_time_string()}",
            f"Content-Length: {len(response.body)}",
            *(f"{name}: {value}" for name, value in response.headers.items()),
        ]
        if self.close_connection:
            head.append("Connection: close")
        self.wfile.write("\r\n".join([*head, "", ""]).encode("latin-1") + response.body)

    def _drop(self, dropped: DroppedConnectionError) -> None:
        self.close_connection = True
        if dropped.when == "during_answer":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
        if dropped.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the command prints only the address of the server."""
