"""A broken link fails the build of the documentation; the reference has every public name."""

import re
import sys
from importlib import import_module
from inspect import ismodule
from pathlib import Path

from scripts.docs.parts import PARTS
from tests import needs, public_surface

ROOT = Path(__file__).parents[2]


# `tests/proof/test_site.py` looks for their members, too, in what is built.
def test_every_public_name_is_an_entry_of_the_reference() -> None:
    pages = "".join(each.read_text() for each in (ROOT / "docs/reference").glob("*.md"))
    whole = re.sub("<!-- part: (.*) -->", lambda found: PARTS[found[1]](ROOT), pages)
    entries = {each.rpartition(".")[2] for each in re.findall(r"^::: (\S+)", whole, re.MULTILINE)}
    for module in map(import_module, public_surface.MODULES):
        names = {*public_surface.names_of(module)}
        assert {one for one in names - entries if not ismodule(getattr(module, one))} == set()


def test_every_broken_link_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    links = "[a](other.md) [a](#other) [a][facade.Other]"
    (tmp_path / "docs" / "index.md").write_text(f"# A page\n\n{links}\n")
    settings = "INHERIT: {}\nnav: [index.md]\nhooks: []\ndocs_dir: {}\n"
    config = tmp_path / "mkdocs.yml"
    config.write_text(settings.format(ROOT / "mkdocs.yml", tmp_path / "docs"))
    options = ("--strict", "-f", config, "--site-dir", tmp_path / "site")
    done = needs.run(sys.executable, "-m", "mkdocs", "build", *options)
    assert done.returncode == 1
    assert "contains a link 'other.md'" in done.stderr
    assert "there is no such anchor on this page" in done.stderr
    assert "Could not find cross-reference target 'facade.Other'" in done.stderr
