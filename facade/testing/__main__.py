"""Serve a sandbox of HighLevel's API over HTTP until it is interrupted."""

import argparse
import errno
import json
import signal
import sys
import threading
from collections.abc import Sequence
from math import inf
from typing import cast

from facade._core.client_options import PUBLISHED_VERSIONS
from facade._core.operations import OPERATIONS
from facade.testing.accounts import checked_versions
from facade.testing.faults import delay
from facade.testing.limits import WINDOW_KINDS
from facade.testing.sandbox import Sandbox
from facade.testing.variants import Answer, VariantOptions, chosen

EPILOG = """\
When it is ready, it prints one line: URL token=TOKEN location=LOCATION.

exit status: 0 interrupted, 2 could not run

examples:
  {command} --port 8080
  export HIGHLEVEL_BASE_URL=http://127.0.0.1:8080 HIGHLEVEL_TOKEN=pit-sandbox \\
    HIGHLEVEL_LOCATION_ID=sandbox-location
"""
_COMMAND = "python -m facade.testing"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
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
    variants = cast(VariantOptions, dict(options.variant))
    if options.answer:
        variants["answers"] = dict(options.answer)
    try:
        chosen(variants)
    except (TypeError, ValueError) as error:
        options.refuse(str(error))
    sandbox = Sandbox(
        token=options.token,
        location_id=options.location,
        limit=options.limit,
        daily_limit=options.daily_limit,
        window=options.window,
        versions=options.versions,
        **variants,
    )
    if options.scopes:
        sandbox.add_token(options.token, scopes=options.scopes)
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
        line = f"{server.url} token={sandbox.token} location={sandbox.location_id}"
        if options.json:
            found = {"url": server.url, "token": sandbox.token, "location_id": sandbox.location_id}
            line = json.dumps(found)
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
        stop.wait()
    return 0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command to a parser."""
    parser.set_defaults(refuse=parser.error)
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=0, help="port to listen on; 0, the default, picks a free one")
    add("--json", action="store_true", help="print the line as JSON: url, token, location_id")
    add("--token", type=_word, default="pit-sandbox", help="token to accept (default: %(default)s)")
    add("--scopes", type=_scopes, metavar="S[,S...]", help="scopes of the token (default: all)")
    add(
        "--location",
        type=_word,
        default="sandbox-location",
        help="id of the location (default: %(default)s)",
    )
    add("--limit", type=_limit, metavar="N/SECONDS", help="requests per location, such as 100/10")
    add("--daily-limit", type=_count, metavar="N", help="requests per location and day")
    kinds = f"how --limit counts: {', '.join(WINDOW_KINDS)} (default: %(default)s)"
    add("--window", choices=WINDOW_KINDS, default="sliding", metavar="KIND", help=kinds)
    add("--delay", type=_seconds, default=0.0, metavar="SECONDS", help="wait before each response")
    accepted = f"Versions to accept (default: {','.join(PUBLISHED_VERSIONS)})"
    add("--versions", type=_versions, default=PUBLISHED_VERSIONS, metavar="V[,V...]", help=accepted)
    names = ", ".join(name for name in VariantOptions.__annotations__ if name != "answers")
    answers = f"a variant of responses, such as sides=swapped; NAME is one of {names}"
    add("--variant", type=_variant, action="append", default=[], metavar="NAME=VALUE", help=answers)
    add(
        "--answer",
        type=_answer,
        action="append",
        default=[],
        metavar="NAME=STATUS:BODY",
        help="replace a response, such as relation_exists=409:already exists or "
        "delete_relation=204: ; BODY is a message, JSON or empty",
    )


def _word(text: str) -> str:
    # Used in a header and in the printed line, which is split at spaces.
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise argparse.ArgumentTypeError(f"{text!r} is not printable ASCII text without spaces")
    return text


def _variant(text: str) -> tuple[str, object]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    if value in ("true", "false"):
        return name, value == "true"
    return name, float(value) if name == "list_lag" and _is_number(value) else value


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _answer(text: str) -> tuple[str, Answer]:
    name, _, answer = text.partition("=")
    status, colon, body = answer.partition(":")
    if not colon or not status.isdecimal() or not 200 <= int(status) <= 599:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=STATUS:BODY")
    if body[:1] not in ("{", "["):
        return name, (int(status), body.strip())
    try:
        return name, (int(status), json.loads(body))
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{body!r} is not JSON: {error}") from None


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < inf:
        raise argparse.ArgumentTypeError(f"{text} is not a time in seconds, 0 or more")
    return seconds


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 0 to 65535")
    return int(text)


def _versions(text: str) -> tuple[str, ...]:
    try:
        return checked_versions(text.split(","))
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _scopes(text: str) -> tuple[str, ...]:
    known = {scope for operation in OPERATIONS.values() for scope in operation.scopes}
    scopes = tuple(text.split(","))
    if unknown := [scope for scope in scopes if scope not in known]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is not one of {', '.join(sorted(known))}")
    return scopes


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of requests, 1 or more")
    return int(text)


def _limit(text: str) -> tuple[int, float]:
    calls, _, seconds = text.partition("/")
    try:
        limit = int(calls), float(seconds)
    except ValueError:
        limit = 0, 0.0
    if limit[0] < 1 or not 0 < limit[1] < inf:
        raise argparse.ArgumentTypeError(f"{text} is not N/SECONDS, such as 100/10")
    return limit


if __name__ == "__main__":
    raise SystemExit(main())
