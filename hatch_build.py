"""The project's addresses, from one setting: `repository` of this hook in pyproject.toml."""

import re
import sys
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


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
