"""A release has an entry for each public name that changed, and the version that follows."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts.errors import CannotRunError
from scripts.release import main, names_of, notes, step_of, unannounced
from tests.contract.published import TOP
from tests.openapi.conftest import Git

HOME = "https://git.example/owner/name"
OLD = """facade
  class Page(object)
    __init__(self, items: list) -> None
    items: list
    total: int
  class Pace(object)
    limit: int
  parse(body: bytes) -> Event
facade.bulk
  LIMIT: int
"""


def surface(*edits: tuple[str, str]) -> str:
    text = OLD
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize(
    ("edits", "entries", "lines", "step"),
    [
        ([], {"+a.added.md": "X."}, [], "feature"),
        ([], {"+a.breaking.md": "X."}, [], "major"),
        (  # a new member, and one whose name is only a part of a word
            [("    total: int\n", "    total: int\n    count: int\n")],
            {"+a.changed.md": "Nothing is counted."},
            ["facade.Page.count is new: name `count` in changes/+ANY-NAME.TYPE.md"],
            "feature",
        ),
        (  # the arguments of a class are those of its name
            [("items: list)", "items: list, total: int)")],
            {},
            ["facade.Page changed: name `Page` in changes/+ANY-NAME.TYPE.md"],
            "patch",
        ),
        (  # a name that is gone is a break, and a class stands for its members
            [("  class Pace(object)\n    limit: int\n", "")],
            {"+a.changed.md": "`Pace` is gone."},
            ["facade.Pace is gone: name `Pace` in changes/+ANY-NAME.breaking.md"],
            "major",
        ),
        (
            [("facade.bulk\n", "facade.redis\n")],
            {"+a.added.md": "`facade.redis`"},
            ["facade.bulk is gone: name `bulk` in changes/+ANY-NAME.breaking.md"],
            "major",
        ),
    ],
)
def test_a_changed_name_is_in_an_entry_and_decides_the_version(
    edits: list[tuple[str, str]], entries: Mapping[str, str], lines: list[str], step: str
) -> None:
    old, new = names_of(OLD), names_of(surface(*edits))
    assert unannounced(old, new, entries) == lines
    assert step_of(old, new, entries) == step


def test_the_notes_are_the_section_of_the_tag() -> None:
    changelog = "# C\n\n## 0.2.0 (2030-01-02)\n\n- Two.\n\n## 0.1.0 (2030-01-01)\n\n- One.\n"
    assert notes(changelog, "v0.2.0", "0.2.0") == "- Two."
    assert notes(changelog, "v0.1.0", "0.1.0") == "- One."
    with pytest.raises(CannotRunError, match=r"the tag is v0\.2\.0, and .* states 0\.1\.0"):
        notes(changelog, "v0.2.0", "0.1.0")
    with pytest.raises(CannotRunError, match=r"has no section of 0\.3\.0: run make release"):
        notes(changelog, "v0.3.0", "0.3.0")


@pytest.fixture
def released(tmp_path: Path, git: Git, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of which 0.1.0 is released, in which the test runs."""
    for name in ("facade/version.py", "openapi/associations.json", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(TOP / name, tmp_path / name)
    at_home(tmp_path)
    (tmp_path / "CHANGELOG.md").write_text("# C\n\n<!-- towncrier release notes start -->\n")
    (tmp_path / "changes").mkdir()
    (tmp_path / "changes/README.md").touch()
    pages = tmp_path / "scripts/docs/__main__.py"
    pages.parent.mkdir(parents=True)
    pages.write_text("import facade.version as v; open('page', 'w').write(v.__version__)\n")
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/public_surface.txt").write_text(OLD)
    git(tmp_path, "init", "--quiet")
    (tmp_path / "changes/+a.added.md").write_text("All of it.\n")
    commit(tmp_path, git)
    monkeypatch.chdir(tmp_path)
    assert main([]) == 0
    commit(tmp_path, git)
    git(tmp_path, "tag", "v0.1.0")
    return tmp_path


def at_home(folder: Path) -> None:
    """Give a copy of the project an address."""
    project = folder / "pyproject.toml"
    text = re.sub('(?m)^repository = "[^"]*"', f'repository = "{HOME}"', project.read_text())
    project.write_text(text)


def commit(folder: Path, git: Git) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "A")


def test_the_first_release_has_the_stated_version_and_moves_the_entries(released: Path) -> None:
    assert '__version__ = "0.1.0"' in (released / "facade/version.py").read_text()
    changelog = (released / "CHANGELOG.md").read_text()
    assert "\n## 0.1.0 (2" in changelog
    assert changelog.endswith("### Added\n\n- All of it.\n")
    assert [each.name for each in (released / "changes").iterdir()] == ["README.md"]
    assert (released / "page").read_text() == "0.1.0"


def test_a_change_without_an_entry_fails_and_with_one_makes_the_next_version(
    released: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CannotRunError, match="there is nothing to release"):
        main([])
    (released / "tests/public_surface.txt").write_text(surface(("total: int", "count: int")))
    commit(released, git)
    for arguments in ([], ["--check"], ["--check", "--since", "HEAD~1"]):
        capsys.readouterr()
        assert main(arguments) == 1
        assert capsys.readouterr().out.splitlines() == [
            "facade.Page.count is new: name `count` in changes/+ANY-NAME.TYPE.md",
            "facade.Page.total is gone: name `total` in changes/+ANY-NAME.breaking.md",
        ]
    (released / "changes/+b.breaking.md").write_text("`Page.total` is `Page.count` now.\n")
    assert main(["--check"]) == 0
    with pytest.raises(CannotRunError, match="something is not committed"):
        main([])
    commit(released, git)
    assert main([]) == 0
    assert '__version__ = "0.2.0"' in (released / "facade/version.py").read_text()
    assert (released / "page").read_text() == "0.2.0"
    capsys.readouterr()
    assert main(["--notes", "v0.2.0"]) == 0
    assert capsys.readouterr().out == "### Breaking\n\n- `Page.total` is `Page.count` now.\n"


def test_a_release_without_tags_or_git_is_told(
    released: Path, git: Git, capsys: pytest.CaptureFixture[str]
) -> None:
    git(released, "tag", "--delete", "v0.1.0")
    assert main(["--check"]) == 0
    assert capsys.readouterr().out.endswith("since the beginning\n")
    subprocess.run(["rm", "-rf", ".git"], check=True)
    with pytest.raises(CannotRunError, match="git tag --merged: fatal: not a git repository"):
        main([])


def test_a_project_without_an_address_is_checked_and_not_released(released: Path) -> None:
    project = released / "pyproject.toml"
    project.write_text(project.read_text().replace(HOME, ""))
    assert main(["--check"]) == 0
    for arguments in ([], ["--notes", "v0.1.0"]):
        with pytest.raises(CannotRunError, match=r"^pyproject\.toml names no repository, to which"):
            main(arguments)
