"""Serve a sandbox of HighLevel's API over HTTP until it is interrupted."""

import argparse
import errno
import json
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from operator import methodcaller
from typing import Any, NoReturn

from facade._core.client_options import PUBLISHED_VERSIONS
from facade._core.numbers import count, seconds
from facade._core.operations import OPERATIONS
from facade.cli.console import argument_type, number_of
from facade.testing.faults import delay
from facade.testing.limits import WINDOW_KINDS
from facade.testing.sandbox import Sandbox
from facade.testing.variants import Answer, Variants

EPILOG = """\
When it is ready, it prints one line: URL token=TOKEN location=LOCATION.

exit status: 0 interrupted, 2 could not run

examples:
  {command} --port 8080
  export HIGHLEVEL_BASE_URL=http://127.0.0.1:8080 HIGHLEVEL_TOKEN=pit-sandbox \\
    HIGHLEVEL_LOCATION_ID=sandbox-location
"""
_COMMAND = "python -m facade.testing"
# Those of the sandbox.
_OPTIONS = ("token", "location_id", "limit", "daily_limit", "window", "versions")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog=_COMMAND,
        description=__doc__,
        epilog=EPILOG.format(command=_COMMAND),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def run(options: argparse.Namespace) -> int:
    """Serve until interrupted; return the exit status."""
    refuse: Callable[[str], NoReturn] = options.refuse
    try:
        given: dict[str, Any] = {name: getattr(options, name) for name in _OPTIONS}
        sandbox = Sandbox(**given, **dict(options.variant), answers=dict(options.answer))
    except (TypeError, ValueError) as error:
        refuse(str(error))
    sandbox.add_token(options.token, scopes=options.scopes)
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
        found = {"url": server.url, "token": sandbox.token, "location_id": sandbox.location_id}
        line = "{url} token={token} location={location_id}".format_map(found)
        sys.stdout.write(f"{json.dumps(found) if options.json else line}\n")
        sys.stdout.flush()
        while not stop.wait(0.2):
            pass  # Windows handles a signal only between two waits
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(refuse=parser.error)
    default = "(default: %(default)s)"
    port = argument_type(lambda text: count("", int(text), 0, 65_535), "a port from 0 to 65535")
    limit = argument_type(_limit, "N/SECONDS, such as 100/10")
    delayed = argument_type(lambda text: seconds("", float(text)), "a time in seconds, 0 or more")
    variant = argument_type(_variant, "NAME=VALUE")
    answer = argument_type(_answer, "NAME=STATUS:BODY; in braces or brackets, BODY is JSON")
    names = ", ".join(name for name in Variants.__annotations__ if name != "answers")
    chosen = f"a variant of responses, such as sides=swapped; NAME is one of {names}"
    replaced = (
        "replace a response, such as relation_exists=409:already exists or "
        "delete_relation=204: ; BODY is a message, JSON or empty"
    )
    add = parser.add_argument
    many: dict[str, Any] = {"action": "append", "default": []}
    add("--host", default="127.0.0.1", help=f"address to listen on {default}")
    add("--port", type=port, default=0, help="port to listen on; 0, the default, picks a free one")
    add("--json", action="store_true", help="print the line as JSON: url, token, location_id")
    add("--token", default="pit-sandbox", help=f"token to accept {default}")
    permitted = "scopes of the token (default: all)"
    add("--scopes", type=argument_type(_scopes), metavar="S[,S...]", help=permitted)
    located: dict[str, Any] = {"dest": "location_id", "default": "sandbox-location"}
    add("--location", metavar="ID", help=f"id of the location {default}", **located)
    add("--limit", type=limit, metavar="N/SECONDS", help="requests per location, such as 100/10")
    a_day = number_of("requests")
    add("--daily-limit", type=a_day, metavar="N", help="requests per location and day")
    counted = f"how --limit counts: {', '.join(WINDOW_KINDS)} {default}"
    add("--window", choices=WINDOW_KINDS, default="sliding", metavar="KIND", help=counted)
    add("--delay", type=delayed, default=0.0, metavar="SECONDS", help="wait before each response")
    accepted = f"Versions to accept (default: {','.join(PUBLISHED_VERSIONS)})"
    split: dict[str, Any] = {"type": methodcaller("split", ","), "default": PUBLISHED_VERSIONS}
    add("--versions", metavar="V[,V...]", help=accepted, **split)
    add("--variant", type=variant, metavar="NAME=VALUE", help=chosen, **many)
    add("--answer", type=answer, metavar="NAME=STATUS:BODY", help=replaced, **many)


def _scopes(text: str) -> list[str]:
    known = {scope for operation in OPERATIONS.values() for scope in operation.scopes}
    for scope in text.split(","):
        if scope not in known:
            raise ValueError(f"{scope!r} is not one of {', '.join(sorted(known))}")
    return text.split(",")


def _limit(text: str) -> tuple[int, float]:
    calls, duration = text.split("/")
    return count("", int(calls), 1), seconds("", float(duration), 1e-6)


def _variant(text: str) -> tuple[str, object]:
    name, value = text.split("=", 1)
    with suppress(ValueError):
        return name, json.loads(value)  # true, false or a number
    return name, value


def _answer(text: str) -> tuple[str, Answer]:
    name, answer = text.split("=", 1)
    status, body = answer.split(":", 1)
    is_json = body[:1] in ("{", "[")
    return name, (count("", int(status), 200, 599), json.loads(body) if is_json else body.strip())


if __name__ == "__main__":
    raise SystemExit(main())
