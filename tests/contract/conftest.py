"""Fixtures of the tests of the contract tools."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from scripts.contract.generate import Layout

from .published import COMMON, ROOT, write
from .recording import Recorded, record
from .serving import Pages, Serve, serving

Git = Callable[..., None]
TOP = Path(__file__).parents[2]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve pages on loopback until the test ends."""
    with ExitStack() as open_servers:

        def start(pages: Pages) -> str:
            return open_servers.enter_context(serving(pages))

        yield start


@pytest.fixture
def recorded(project: Layout, serve: Serve) -> Recorded:
    """Publish the captured documents on loopback, and record that as their source."""
    return lambda **changes: record(project, serve, changes)


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a folder, with a neutral author and outside any surrounding repository."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)

    def run(folder: Path, *arguments: str) -> None:
        settings = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        command = ["git", "-C", str(folder), *settings, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    return run


@pytest.fixture
def empty_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run the test in an empty project."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return the documents to publish: apps/a.json, which refers to common/c.json."""
    folder = tmp_path / "private" / "docs"
    write(folder / "apps" / "a.json", ROOT)
    write(folder / "common" / "c.json", COMMON)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Return a copy of the contract's sources and of the files built from them."""
    folder = tmp_path / "project"
    ignored = shutil.ignore_patterns("__pycache__", "*_cache")
    for name in ("openapi", "generated_client", "facade"):
        shutil.copytree(TOP / name, folder / name, ignore=ignored)
    shutil.copy(TOP / "README.md", folder)
    monkeypatch.chdir(folder)
    return Layout(folder)
