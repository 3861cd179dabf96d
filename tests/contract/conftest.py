"""What the tests of the contract tools share."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from .serving import Pages, Serve, serving

Git = Callable[..., None]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Serve pages on loopback until the test ends, past any proxy of this machine."""
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as open_servers:

        def start(pages: Pages) -> str:
            return open_servers.enter_context(serving(pages))

        yield start


@pytest.fixture
def git(monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a folder, as nobody in particular and untouched by a repository around us."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)

    def run(folder: Path, *arguments: str) -> None:
        settings = ["-c", "user.name=T", "-c", "user.email=t@example.com"]
        command = ["git", "-C", str(folder), *settings, *arguments]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own words

    return run
