"""The cost of comparing large contracts: seconds and peak memory of a whole `scripts.diff`."""

import json
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from scripts.benchmarks.figures import Effort, Figure, Goal
from scripts.programs import ROOT, run

Json = dict[str, Any]

ROUNDS, COPIES = 5, 335  # of our contract, in the large one
# Allowed seconds and, if any, megabytes.
ALLOWED = {"large.json": (5.0, 250.0), "large.yaml": (5.0,), "diamond.json": (1.0,)}
# Not getrusage, whose peak of a child process includes that of a large parent.
COMPARE = """
import atexit, pathlib, runpy
atexit.register(lambda: print(pathlib.Path("/proc/self/status").read_text()))
runpy.run_module("scripts.diff", run_name="__main__")
"""


def measure(effort: Effort) -> Iterator[Figure]:
    """Measure cost / allowed cost: 13 MB of JSON, 5 MB of YAML, 40 levels of allOf."""
    copies, rounds = (3, 1) if effort.quick else (COPIES, ROUNDS)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, copies)
        for document, bounds in ALLOWED.items():
            costs = zip(*(_cost(folder, document) for _ in range(rounds)), strict=True)
            size = (folder / f"old-{document}").stat().st_size / 1e6
            for unit, bound, used in zip(("seconds", "peak MB"), bounds, costs, strict=False):
                measured = f"{max(used):.3g} at most, for two documents of {size:.2g} MB"
                ratios = [each / bound for each in used]
                title = f"diff of {document}: {unit} / {bound:g}"
                yield Figure(title, ratios, measured, Goal("<=", 1.0))


def _cost(folder: Path, name: str) -> tuple[float, float]:
    arguments: list[str | Path] = [folder / f"{side}-{name}" for side in ("old", "new")]
    arguments += ["--fail-on", "never", "--output", folder / "report"]
    started = time.perf_counter()
    status = run([sys.executable, "-c", COMPARE, *arguments])
    peak = re.search(r"VmHWM:\s*(\d+) kB", status)
    return time.perf_counter() - started, int(peak[1]) / 1024 if peak else 0.0


def write(folder: Path, copies: int) -> None:
    """Write pairs of documents, as `old-NAME` and `new-NAME`."""
    for name, number in (("large.json", copies), ("large.yaml", copies // 2)):
        large = _large(number)
        _dump(folder / f"old-{name}", large)
        objects = [each for each in large["components"]["schemas"].values() if "properties" in each]
        for schema in objects[::20]:  # every 20th schema loses a property and gains one
            schema["properties"].popitem()
            schema["properties"]["new"] = {"type": "string"}
        _dump(folder / f"new-{name}", large)
    for side, end in (("old", "string"), ("new", "integer")):
        _dump(folder / f"{side}-diamond.json", _diamond(40, end))


def _dump(path: Path, document: Json) -> None:
    if path.suffix == ".json":
        path.write_text(json.dumps(document, indent=2))
    else:
        path.write_text(yaml.dump(document, None, yaml.CSafeDumper, sort_keys=False))


def _large(copies: int) -> Json:
    text = (ROOT / "openapi" / "associations.json").read_text("utf-8")
    large: Json = json.loads(text)
    for number in range(1, copies):
        made = json.loads(text.replace("#/components/schemas/", f"#/components/schemas/C{number}"))
        large["paths"] |= {f"/copy-{number}{path}": item for path, item in made["paths"].items()}
        parts = made["components"]["schemas"].items()
        large["components"]["schemas"] |= {f"C{number}{name}": schema for name, schema in parts}
    return large


def _diamond(levels: int, end: str) -> Json:
    """Return a document whose schemas each contain the next one twice through allOf.

    Both branches define the one property, of the type `end`.
    """
    schemas: Json = {f"T{levels}": {"type": "object", "properties": {"end": {"type": end}}}}
    for level in range(levels):
        below = {"$ref": f"#/components/schemas/T{level + 1}"}
        for side, limit in (("A", {"minLength": level}), ("B", {"maxLength": 1000 + level})):
            schemas[f"{side}{level}"] = {"allOf": [below, {"properties": {"end": limit}}]}
        both = [{"$ref": f"#/components/schemas/{side}{level}"} for side in "AB"]
        schemas[f"T{level}"] = {"allOf": both}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/T0"}}}
    responses = {"200": {"description": "", "content": content}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Diamond", "version": "1"},
        "paths": {"/it": {"get": {"responses": responses}}},
        "components": {"schemas": schemas},
    }
