"""Generate blocking code from async code: a _sync folder is _async without `async` and `await`."""

import re
from collections.abc import Mapping
from pathlib import Path

ASYNC, BLOCKING = "_async", "_sync"

# Names that differ in blocking code. Class names lose the prefix Async.
_NAMES = {
    ASYNC: BLOCKING,
    "aclose": "close",
    "aensure_many": "ensure_many",
    "aensure_shard": "ensure_shard",
    "aread": "read",
    "arelations_of": "relations_of",
    "areplace": "replace",
    "async_check_loop": "check_loop",
    "async_check_senders": "check_senders",
    "async_each": "each",
    "async_ends_within": "ends_within",
    "async_finish": "finish",
    "async_promise": "promise",
    "async_read_bounded": "read_bounded",
    "async_result_of": "result_of",
    "async_run_blocking": "run_blocking",
    "async_sleep": "sleep",
    "async_time_limit": "time_limit",
    "handle_async_request": "handle_request",
    "set_async_httpx_client": "set_httpx_client",
    "tasks": "threads",  # of facade/bulk
}


def write_blocking(sources: Mapping[str, str], root: Path, package: str) -> None:
    """Write async modules to PACKAGE/_async, and the blocking modules generated from them to _sync.

    `sources` maps file names to texts; `package` is a folder of `root`, with slashes.
    """
    # Imported here, because it loads setuptools.
    from unasync import Rule, unasync_files  # type: ignore[import-untyped]

    prefixed = {name for text in sources.values() for name in re.findall(r"\bAsync[A-Z]\w*", text)}
    names = _NAMES | {name: name.removeprefix("Async") for name in prefixed}
    folder = root / package
    paths = [folder / ASYNC / name for name in sources]
    (folder / ASYNC).mkdir(parents=True)
    for path in paths:
        path.write_text(sources[path.name], "utf-8")
    unasync_files(list(map(str, paths)), [Rule(f"/{ASYNC}/", f"/{BLOCKING}/", names)])
    for path in (folder / BLOCKING).iterdir():
        source = f"{package}/{ASYNC}/{path.name}"
        mark = f"# Generated from {source} by `make generate`: edit that file instead.\n"
        path.write_text(mark + path.read_text("utf-8"), "utf-8")
