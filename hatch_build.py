"""The project's addresses, from one setting, and the guide's pages in the wheel."""

import re
import sys
from html import unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface

# Parts of pages that are files of their own; `make generate` writes the others.
_PART = re.compile(r"^<!-- part: (examples|changelog|figure-\w+) -->$", re.MULTILINE)


class Addresses(MetadataHookInterface):
    """Sets the URLs and the README of a distribution; without a repository, they name none."""

    def update(self, metadata: dict[str, Any]) -> None:
        repository = self.config["repository"].rstrip("/")
        if not repository:
            sys.stderr.write("no repository in pyproject.toml: the package links to none\n")
        metadata["urls"] = self.config["urls"] | urls(repository)
        text = (Path(self.root) / "README.md").read_text("utf-8")
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": with_absolute_links(text, repository),
        }


def urls(repository: str) -> dict[str, str]:
    if not repository:
        return {}
    return {
        "Source": repository,
        "Documentation": f"{repository}/tree/main/docs",
        "Changelog": f"{repository}/blob/main/CHANGELOG.md",
        "Issues": f"{repository}/issues",
    }


def with_absolute_links(markdown: str, repository: str) -> str:
    """Let links to files lead into the repository; without one, keep their texts only."""
    to = rf"[\1]({repository}/blob/main/\2)" if repository else r"\1"
    return re.sub(r"\[([^\]]+)\]\((?!https?://|#)([^)]+)\)", to, markdown)


class Pages(BuildHookInterface[Any]):
    """Puts the pages of the guide into the wheel, for the command `docs`; they stay Markdown."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":  # the command finds them in the clone
            return
        self._folder = TemporaryDirectory()
        for name, text in pages(Path(self.root)).items():
            written = Path(self._folder.name, name)
            written.write_text(text, "utf-8")
            build_data["force_include"][str(written)] = f"facade/cli/pages/{name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        if version != "editable":
            self._folder.cleanup()


def pages(root: Path) -> dict[str, str]:
    """Return the pages by their file names, complete: a figure is described in words."""
    paths = [path for at in (".", "start", "guide") for path in (root / "docs" / at).glob("*.md")]
    return {
        path.name: _PART.sub(lambda part: _inserted(part[1], root), path.read_text("utf-8"))
        for path in sorted(paths)
    }


def _inserted(part: str, root: Path) -> str:
    if part == "changelog":
        return (root / "CHANGELOG.md").read_text("utf-8").partition("\n")[2].strip()
    if part == "examples":
        programs = sorted((root / "examples").glob("[a-z]*.py"))
        texts = ((one.name, one.read_text("utf-8").strip()) for one in programs)
        return "\n\n".join(f"## {name}\n\n```python\n{text}\n```" for name, text in texts)
    drawn = (root / f"docs/assets/figures/{part.removeprefix('figure-')}.svg").read_text("utf-8")
    (words,) = re.findall(r'aria-label="([^"]*)"', drawn)
    return unescape(words)
