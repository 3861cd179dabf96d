"""Generate blocking code from async code: a _sync folder is _async without `async` and `await`."""

import re
from collections.abc import Mapping
from pathlib import Path

ASYNC, BLOCKING = "_async", "_sync"

# Names that differ in blocking code; all others just lose `Async` and `async_`.
_NAMES = {
    ASYNC: BLOCKING,
    "aclose": "close",
    "aensure_many": "ensure_many",
    "aensure_shard": "ensure_shard",
    "aread": "read",
    "arelations_of": "relations_of",
    "areplace": "replace",
    "tasks": "threads",  # of facade/bulk
}
_PREFIX = re.compile(r"Async(?=[A-Z])|async_")


def write_blocking(sources: Mapping[str, str], root: Path, package: str) -> None:
    """Write async modules to PACKAGE/_async, and the blocking modules generated from them to _sync.

    `sources` maps file names to texts; `package` is a folder of `root`, with slashes.
    """
    # Imported here, because it loads setuptools.
    from unasync import Rule, unasync_files  # type: ignore[import-untyped]

    used = {name for text in sources.values() for name in re.findall(r"\w+", text)}
    names = {name: _PREFIX.sub("", name) for name in used if _PREFIX.search(name)} | _NAMES
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
