"""Fixtures: pages on loopback, repositories, and an empty project."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .serving import Pages, Serve, serving

Git = Callable[..., None]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve pages on loopback until the test ends."""
    with ExitStack() as open_servers:

        def start(pages: Pages) -> str:
            return open_servers.enter_context(serving(pages))

        yield start


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
