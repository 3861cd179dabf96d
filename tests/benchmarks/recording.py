"""A server that responds like the benchmarks' server and records its requests."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from scripts.benchmarks.server import ASSOCIATION, LOCATION, response_body


@dataclass(frozen=True)
class Sent:
    """The content of a request; equal for requests that are the same work."""

    method: str
    path: str
    query: frozenset[str] = frozenset()
    body: str = ""
    version: str | None = "2021-07-28"
    authorization: str | None = "Bearer pit-bench"


PUT = Sent(
    "PUT",
    f"/associations/{ASSOCIATION}",
    body='{"firstObjectLabel": "Student", "secondObjectLabel": "Tutor"}',
)


def page(record: int, skip: int = 0, limit: int = 100) -> Sent:
    """Return the request for a page of a record's relations."""
    query = frozenset({f"skip={skip}", f"limit={limit}", f"locationId={LOCATION}"})
    return Sent("GET", f"/associations/relations/{record}", query)


@dataclass
class Recording:
    """The address, and the requests in order."""

    url: str = ""
    sent: list[Sent] = field(default_factory=list)

    def serving(self) -> nullcontext[str]:
        """Replace `serving` of scripts.benchmarks.server."""
        return nullcontext(self.url)


@contextmanager
def recording() -> Iterator[Recording]:
    """Serve from a thread of this process."""
    recorded = Recording()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # one packet for head and body

        def do_GET(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            written = json.dumps(json.loads(body), sort_keys=True) if body else ""
            sent = Sent(
                self.command,
                path,
                frozenset(filter(None, query.split("&"))),
                written,
                self.headers["Version"],
                self.headers["Authorization"],
            )
            recorded.sent.append(sent)
            answer = response_body(self.command, self.path)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_PUT = do_GET

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        recorded.url = f"http://127.0.0.1:{server.server_port}"
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield recorded
        finally:
            server.shutdown()
