"""Serve the sandbox until told to stop: `python -m facade.testing --port 8080`."""

import argparse
import errno
import signal
import sys
import threading
from collections.abc import Sequence

from facade.testing.lies import LIES, liar
from facade.testing.limits import WINDOW_KINDS
from facade.testing.mischief import delay
from facade.testing.sandbox import Sandbox


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    chosen = {
        "token": options.token,
        "location_id": options.location,
        "limit": options.limit,
        "daily_limit": options.daily_limit,
        "window": options.window,
        "update_body": options.update_body,
    }
    sandbox = liar(options.lie, **chosen) if options.lie else Sandbox(**chosen)
    if options.delay:
        sandbox.misbehave(delay(options.delay))
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stop.set())
    try:
        server = sandbox.serve(options.host, options.port)
    except OSError as error:
        hint = " Try --port 0." if error.errno == errno.EADDRINUSE else ""
        where = f"{options.host} port {options.port}"
        sys.stderr.write(f"Cannot listen on {where}: {error.strerror}.{hint}\n")
        return 2
    with server:
        line = f"{server.url} token={sandbox.token} location={sandbox.location_id}\n"
        sys.stdout.write(line)
        sys.stdout.flush()
        stop.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m facade.testing", description=__doc__)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=0, help="0 takes a free one (default: %(default)s)")
    add("--token", type=_word, default="pit-sandbox", help="(default: %(default)s)")
    add("--location", type=_word, default="sandbox-location", help="(default: %(default)s)")
    add("--limit", type=_limit, metavar="N/SECONDS", help="calls a location may make, as 100/10")
    add("--daily-limit", type=_count, metavar="N", help="calls a location may make in a day")
    add("--window", choices=WINDOW_KINDS, default="sliding", help="(default: %(default)s)")
    add("--delay", type=_seconds, metavar="SECONDS", default=0.0, help="how late to answer")
    add("--update-body", choices=("enveloped", "flat"), default="enveloped")
    add("--lie", choices=list(LIES), metavar="LIE", help=f"deviate: {', '.join(LIES)}")
    return parser


def _word(text: str) -> str:
    # It goes into a header, and into the line that is printed, which ends at blanks.
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not visible ASCII text without spaces")
    return text


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no time: seconds, 0 or more")
    return seconds


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is no port: 0 to 65535")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of calls: 1 or more")
    return int(text)


def _limit(text: str) -> tuple[int, float]:
    calls, _, seconds = text.partition("/")
    try:
        limit = int(calls), float(seconds)
    except ValueError:
        limit = 0, 0.0
    if limit[0] < 1 or not 0 < limit[1] < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no limit: write N/SECONDS, as in 100/10")
    return limit


if __name__ == "__main__":
    raise SystemExit(main())
