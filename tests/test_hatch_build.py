"""One setting gives a package its addresses; without it, they are left out."""

from pathlib import Path
from typing import Any

import pytest

from hatch_build import Addresses

REPOSITORY = "https://git.example/owner/name"
API = {"HighLevel's API": "https://api.example"}


def made(repository: str, root: Path) -> tuple[dict[str, str], str]:
    """Return the URLs and the README of a package whose README has three links."""
    readme = "[guide](docs/guide/), [API](https://api.example), [top](#top)"
    (root / "README.md").write_text(readme)
    metadata: dict[str, Any] = {}
    Addresses(str(root), {"repository": repository, "urls": API}).update(metadata)
    return metadata["urls"], metadata["readme"]["text"]


@pytest.mark.parametrize("repository", [REPOSITORY, f"{REPOSITORY}/"])
def test_all_addresses_are_in_the_repository(repository: str, tmp_path: Path) -> None:
    assert made(repository, tmp_path) == (
        API
        | {
            "Source": REPOSITORY,
            "Documentation": f"{REPOSITORY}/tree/main/docs",
            "Changelog": f"{REPOSITORY}/blob/main/CHANGELOG.md",
            "Issues": f"{REPOSITORY}/issues",
        },
        f"[guide]({REPOSITORY}/blob/main/docs/guide/), [API](https://api.example), [top](#top)",
    )


def test_without_a_repository_nothing_leads_into_it_and_the_build_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert made("", tmp_path) == (API, "guide, [API](https://api.example), [top](#top)")
    assert capsys.readouterr().err == (
        "no repository in pyproject.toml: the package links to none\n"
    )
