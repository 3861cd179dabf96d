"""Make targets, files and commands in README.md, CONTRIBUTING.md and the pages exist."""

import re
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.docs.samples import PAGES, ROOT, name

MAKEFILE = (ROOT / "Makefile").read_text()
MODULES = sorted(
    {module for page in PAGES for module in re.findall(r"python -m ([\w.]+)", page.read_text())}
    - {"pytest", "pip", "venv"}
)
CHANGELOG = ROOT / "CHANGELOG.md"  # names removed files and targets


@pytest.mark.parametrize("page", [page for page in PAGES if page != CHANGELOG], ids=name)
def test_every_make_target_and_every_file_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(), re.MULTILINE))
    assert targets <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    folders = "openapi|generated_client|facade|scripts|tests|examples|docs"
    named = set(re.findall(rf"[`(]((?:{folders})/[\w./-]*)[`)]", page.read_text()))
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []


def test_every_command_that_is_named_exists() -> None:
    assert [each for each in MODULES if find_spec(each) is None] == []


def test_readme_is_short_and_renders_on_a_package_index() -> None:
    readme = (ROOT / "README.md").read_text()
    assert len(readme.splitlines()) <= 180
    for file in re.findall(r"\]\((?!https:)([^)]*)\)", readme):  # a package has the whole address
        assert (ROOT / file).exists()
    assert "```mermaid" not in readme
