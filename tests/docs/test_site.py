"""The documentation site builds without warnings, and its reference has every public name."""

import html
import re
import subprocess
import sys
import zlib
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SURFACE = ROOT / "tests" / "public_surface.txt"


def test_the_site_builds_strictly_and_its_reference_has_every_public_name(tmp_path: Path) -> None:
    done = build("mkdocs.yml", tmp_path)
    assert done.returncode == 0, done.stderr
    listed = inventory((tmp_path / "objects.inv").read_bytes())
    assert [name for name, others in public_names() if listed.isdisjoint({name, *others})] == []
    reference = {page.stem: text_of(page) for page in (tmp_path / "reference").glob("*.html")}
    assert "retries: int = 7" in reference["clients"]  # the value, not the name of the constant
    assert [name for name, text in reference.items() if re.search(r"Bases:\s+_", text)] == []


def test_every_broken_link_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    links = "[a](other.md) [a](#other) [a][facade.Other]"
    (tmp_path / "docs" / "index.md").write_text(f"# A page\n\n{links}\n")
    settings = "INHERIT: {}\nnav: [index.md]\nhooks: []\ndocs_dir: {}\n"
    config = tmp_path / "mkdocs.yml"
    config.write_text(settings.format(ROOT / "mkdocs.yml", tmp_path / "docs"))
    done = build(config, tmp_path / "site")
    assert done.returncode == 1
    assert "contains a link 'other.md'" in done.stderr
    assert "there is no such anchor on this page" in done.stderr
    assert "Could not find cross-reference target 'facade.Other'" in done.stderr


def build(config: str | Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Build a site as `make docs` does."""
    return subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "--site-dir", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def text_of(page: Path) -> str:
    """Return the text of a page without markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text()))


def inventory(content: bytes) -> set[str]:
    """Return the names in a Sphinx inventory: four header lines, then compressed ones."""
    compressed = content.split(b"\n", 4)[4]
    return {line.split()[0] for line in zlib.decompress(compressed).decode().splitlines()}


def public_names() -> list[tuple[str, list[str]]]:
    """Return the names of the pinned surface, each with the names that it is inherited from."""
    names: list[tuple[str, list[str]]] = []
    module = owner = ""
    for line in SURFACE.read_text().splitlines():
        indent = len(line) - len(line.lstrip())
        name = line.strip().removeprefix("class ").partition("(")[0].partition(":")[0].split()[0]
        if indent == 0:
            module = name
        elif line.strip().startswith("module "):
            continue  # it has its own lines
        elif indent == 2:
            owner = name
            names.append((f"{module}.{name}", []))
        elif name != "__init__":  # its parameters are documented with the class
            kind: Any = getattr(import_module(module), owner)
            bases = [f"{base.__module__}.{base.__qualname__}.{name}" for base in kind.__mro__]
            names.append((f"{module}.{owner}.{name}", bases))
    return names
