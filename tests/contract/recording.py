"""Publish documents on loopback as the recorded sources of a project."""

import json
from collections.abc import Callable

from scripts.contract.generate import Layout
from tests.diff.documents import Json
from tests.openapi.serving import Serve

Recorded = Callable[..., str]
"""Publish what is captured with changes of the fields of `dated` (2021-07-28) and `v3`: None
takes a field away, or the whole document. Give the address before their names."""


def record(project: Layout, serve: Serve, changes: dict[str, Json | None]) -> str:
    path = project.captured("lock")
    lock = json.loads(path.read_text())
    pages: dict[str, tuple[int, bytes, None]] = {}
    for version in lock:
        change = changes.get("dated" if version == "2021-07-28" else version, {})
        if change is not None:
            fields = json.loads(project.captured(version).read_text()) | change
            document = {name: each for name, each in fields.items() if each is not None}
            pages[f"/{version}.json"] = (200, json.dumps(document).encode(), None)
    base = serve(pages)
    for version, entry in lock.items():
        entry["source"] = f"{base}/{version}.json"
    path.write_text(json.dumps(lock))
    return base
