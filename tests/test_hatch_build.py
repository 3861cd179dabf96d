"""One setting gives a package its addresses, or none; its wheel carries the guide, complete."""

import re
from pathlib import Path
from typing import Any

import pytest

from hatch_build import Addresses, Pages, pages

ROOT = Path(__file__).parents[1]
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
    said = "no repository in pyproject.toml: the package links to none\n"
    assert capsys.readouterr().err == said


def test_the_pages_of_the_wheel_lack_no_part() -> None:
    found = pages(ROOT)
    assert {"index.md", "install.md", "errors.md", "examples.md", "upgrade.md"} <= {*found}
    assert [name for name, text in found.items() if len(text) < 300] == []
    for text in found.values():
        for part in re.findall(r"^<!-- part: ([\w-]+) -->$", text, re.MULTILINE):
            assert f"<!-- end of {part} -->" in text
    assert "\nA call asks for a token, waits for a turn of the pace" in found["waits.md"]
    assert "\n## nightly_sync.py\n\n```python\n# Run: " in found["examples.md"]
    assert "or the worker's lease ends, it is new again." in found["webhooks.md"]


def test_only_a_wheel_that_is_no_clone_carries_pages() -> None:
    for version, count in (("editable", 0), ("standard", len(pages(ROOT)))):
        hook = Pages(str(ROOT), {}, None, None, "", "wheel")  # type: ignore[arg-type]
        added: dict[str, dict[str, str]] = {"force_include": {}}
        hook.initialize(version, added)
        assert [Path(each).exists() for each in added["force_include"]] == [True] * count
        hook.finalize(version, added, "")
        assert [Path(each).exists() for each in added["force_include"]] == [False] * count
