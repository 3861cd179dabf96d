"""One setting gives a package its addresses, or none; its wheel carries the guide, complete."""

import re
from pathlib import Path
from typing import Any

import pytest

from hatch_build import Addresses, pages

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


def test_the_pages_of_the_wheel_lack_no_part() -> None:
    found = pages(Path(__file__).parents[1])
    assert {"index.md", "install.md", "errors.md", "examples.md", "upgrade.md"} <= {*found}
    assert [name for name, text in found.items() if len(text) < 300] == []
    lacking = {part for text in found.values() for part in _parts_without_end(text)}
    assert lacking == set()
    assert "\nA call asks for a token, waits for a turn of the pace" in found["waits.md"]
    assert "\n## nightly_sync.py\n\n```python\n# Run: " in found["examples.md"]


def _parts_without_end(text: str) -> list[str]:
    parts = re.findall(r"^<!-- part: ([\w-]+) -->$", text, re.MULTILINE)
    return [part for part in parts if f"<!-- end of {part} -->" not in text]
