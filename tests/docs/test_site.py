"""The documentation site builds without warnings, and its reference has every public name."""

import html
import inspect
import re
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from scripts.docs.parts import PARTS
from tests import needs, public_surface

ROOT = Path(__file__).parents[2]


@pytest.mark.proof
def test_the_site_builds_strictly_and_its_reference_has_every_public_name(tmp_path: Path) -> None:
    done = build("mkdocs.yml", tmp_path)
    assert done.returncode == 0, done.stderr
    listed = inventory((tmp_path / "objects.inv").read_bytes())
    assert [name for name, places in public_names() if listed.isdisjoint(places)] == []
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


def build(config: str | Path, folder: Path) -> CompletedProcess[str]:
    options = ("--strict", "-f", config, "--site-dir", folder)
    return needs.run(sys.executable, "-m", "mkdocs", "build", *options)


def text_of(page: Path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text()))


def inventory(content: bytes) -> set[str]:
    """Return the names in a Sphinx inventory: four header lines, then compressed ones."""
    compressed = content.split(b"\n", 4)[4]
    return {line.split()[0] for line in zlib.decompress(compressed).decode().splitlines()}


def public_names() -> Iterator[tuple[str, set[str]]]:
    """Yield the public names, each with the names that it may be documented by."""
    for module in map(import_module, public_surface.MODULES):
        for name in public_surface.names_of(module):
            value: Any = getattr(module, name)
            if inspect.ismodule(value):
                continue  # it has names of its own
            yield name, {f"{module.__name__}.{name}"}
            if isinstance(value, type):
                for kind in public_surface.with_private_bases(value):
                    members = [*public_surface.fields_of(kind), *public_surface.members_of(kind)]
                    # The parameters of `__init__` are documented with the class.
                    for member in (each for each in members if each != "__init__"):
                        owners = [
                            f"{base.__module__}.{base.__qualname__}" for base in value.__mro__
                        ]
                        owners.append(f"{module.__name__}.{name}")
                        yield f"{name}.{member}", {f"{owner}.{member}" for owner in owners}


def test_every_public_name_is_an_entry_of_the_reference() -> None:
    # Not their members: for these, the site must be built.
    pages = "".join(each.read_text() for each in (ROOT / "docs/reference").glob("*.md"))
    whole = re.sub("<!-- part: (.*) -->", lambda found: PARTS[found[1]](ROOT), pages)
    entries = {each.rpartition(".")[2] for each in re.findall(r"^::: (\S+)", whole, re.MULTILINE)}
    assert [name for name, _ in public_names() if "." not in name and name not in entries] == []
