"""A small project in git: functions to plant bugs in, and tests that find some of them."""

import subprocess
from pathlib import Path

import pytest

PACE = '''\
"""A module."""

LIMIT = 10


def allowed(number):
    """Return whether a number is allowed."""
    return number < LIMIT


class Pace:
    def turns(self, number):
        turns = []
        while len(turns) < number:
            turns.append(1)
        return turns

    def unused(self):
        return print(end="")
'''
TESTS = {
    "tests/facade/test_pace.py": """\
import pytest
from facade.pace import LIMIT, allowed

@pytest.mark.parametrize("limit", [10], ids=["the limit"])
def test_it(limit):
    assert LIMIT == limit
    assert allowed(9)
    assert not allowed(11)
""",
    "tests/facade/test_turns.py": """\
from facade.pace import Pace

def test_turns():
    assert Pace().turns(2) == [1, 1]
""",
    "tests/facade/test_broken.py": """\
from facade.pace import Pace

def test_it_fails_without_a_bug_too():
    assert Pace().turns(1) == Pace().unused()
""",
}


def make_project(root: Path) -> Path:
    for name, text in {"facade/pace.py": PACE, **TESTS}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "init", "-q")
    commit(root)
    return root


def git(root: Path, *arguments: str) -> None:
    """Run git, with a neutral author."""
    who = ("-c", "user.name=T", "-c", "user.email=t@example.com")
    subprocess.run(["git", *who, *arguments], cwd=root, check=True, capture_output=True)


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "change")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):  # of a surrounding repository
        monkeypatch.delenv(name, raising=False)
    # The tests of the project need no plugin, and many are slow to load.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin")
    return make_project(tmp_path / "project")
