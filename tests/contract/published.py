"""A small published document of two files, and documents published as recorded sources."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from scripts import capture as command
from scripts.contract.generate import Layout
from tests.diff.documents import Json
from tests.openapi.serving import Serve

TOP = Path(__file__).parents[2]
SOURCE = "https://h.example/docs/apps/a.json"


def _read(text: str, **words: str) -> dict[str, Any]:
    for word, replacement in words.items():
        text = text.replace(word, replacement)
    read: dict[str, Any] = yaml.safe_load(text)
    return read


_BUNDLED = """
openapi: 3.0.0
info: {title: T, version: "1"}
paths:
  /a:
    get:
      responses:
        "200": {description: PROSE}
        "400": {$ref: "FILE#/components/responses/Bad"}
COMMON
"""
_COMMON = """
components:
  responses:
    Bad:
      description: PROSE
      content: {application/json: {schema: {$ref: "#/components/schemas/Error"}}}
  schemas:
    Error: {type: object, properties: {cause: {$ref: "#/components/schemas/Error"}}}
"""
COMMON = _read(_COMMON)
ROOT = _read(_BUNDLED, COMMON="", FILE="../common/c.json")
BUNDLED = _read(_BUNDLED, COMMON=_COMMON, FILE="", PROSE='""')


def write(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


def capture(origin: object, *more: str, version: str = "v9", source: str = SOURCE) -> int:
    return command.main([str(origin), "--version", version, "--source", source, *more])


def captured(project: Path, version: str = "v9") -> Any:
    return json.loads((project / "openapi" / "captured" / f"{version}.json").read_bytes())


def lock(project: Path, version: str = "v9") -> Any:
    return json.loads((project / "openapi" / "captured" / "lock.json").read_bytes())[version]


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


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
