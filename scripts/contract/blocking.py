"""Blocking code from async code: facade/_sync is facade/_async without `async` and `await`."""

import re
from collections.abc import Mapping
from pathlib import Path

ASYNC, BLOCKING = "_async", "_sync"

# What has another name where it blocks. Of classes, only the prefix Async goes.
_NAMES = {
    ASYNC: BLOCKING,
    "aclose": "close",
    "aread": "read",
    "async_run_blocking": "run_blocking",
    "async_sleep": "sleep",
    "asyncio": "sync",  # a function of every generated operation
    "handle_async_request": "handle_request",
    "set_async_httpx_client": "set_httpx_client",
}


def write_blocking(sources: Mapping[str, str], folder: Path) -> None:
    """Write async modules to FOLDER/_async, and the blocking modules made of them to FOLDER/_sync.

    `sources` are texts by file name.
    """
    # Here, because it loads setuptools.
    from unasync import Rule, unasync_files  # type: ignore[import-untyped]

    prefixed = {name for text in sources.values() for name in re.findall(r"\bAsync[A-Z]\w*", text)}
    names = _NAMES | {name: name.removeprefix("Async") for name in prefixed}
    paths = [folder / ASYNC / name for name in sources]
    (folder / ASYNC).mkdir(parents=True)
    for path in paths:
        path.write_text(sources[path.name], "utf-8")
    unasync_files(list(map(str, paths)), [Rule(f"/{ASYNC}/", f"/{BLOCKING}/", names)])
    for path in (folder / BLOCKING).iterdir():
        source = f"facade/{ASYNC}/{path.name}"
        mark = f"# Generated from {source} by `make generate`: edit that file instead.\n"
        path.write_text(mark + path.read_text("utf-8"), "utf-8")
