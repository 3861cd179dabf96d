"""The Makefile neither loses nor runs the user's values."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests import needs

ROOT = Path(__file__).parents[1]
# What a make that runs these tests hands down.
INHERITED = set("MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES VERSION SOURCE OPTIONS".split())
INHERITED |= set("N SEED SINCE ONLY".split())
Make = Callable[..., CompletedProcess[str]]
Received = Callable[..., list[list[str]]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that runs make in a folder of its own."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    environment = {name: value for name, value in os.environ.items() if name not in INHERITED}
    environment["PATH"] = f"{tmp_path}/bin:/usr/bin:/bin"  # without uv
    return lambda *words: needs.run("make", *words, cwd=tmp_path, env=environment)


@pytest.fixture
def received(make: Make, tmp_path: Path) -> Received:
    """Return the arguments of each command of the targets; no command really runs."""
    log = tmp_path / "log"
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" END >> '{log}'\n")
    python.chmod(0o755)
    for group in ("run", "docs", "test", "proof", "node"):
        shutil.copy(tmp_path / f"requirements/{group}.txt", tmp_path / f".venv/.ready-{group}")

    def run(*arguments: str) -> list[list[str]]:
        done = make(*arguments)
        assert done.returncode == 0, done.stderr
        commands = log.read_text().split("\0END\0")[:-1]
        return [command.split("\0")[1:] for command in commands]

    return run


def test_a_target_installs_what_it_needs_once_and_by_uv_if_that_is_there(
    received: Received, tmp_path: Path
) -> None:
    for stamp in (tmp_path / ".venv").glob(".ready-*"):
        stamp.unlink()
    pip = "pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r".split()
    assert received("demo") == [[*pip, "requirements/run.txt"], ["scripts.demo"]]
    assert received("docs")[2:] == [
        [*pip, "requirements/docs.txt"],
        ["mkdocs", "build", "--strict"],
    ]
    changed = tmp_path / "requirements/run.txt"
    changed.write_text("# another lock\n")
    os.utime(changed, (0, 0))  # as if it came from an archive
    assert received("docs")[4:] == [
        [*pip, "requirements/run.txt"],
        ["mkdocs", "build", "--strict"],
    ]
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/uv").symlink_to(tmp_path / ".venv/bin/python")
    uv = "install --quiet --python .venv/bin/python --no-deps --require-hashes -r".split()
    assert received("stale")[6:] == [
        [*uv, "requirements/test.txt"],
        ["scripts.generate", "--check"],
        ["scripts.docs", "--check"],
    ]


def test_what_builds_a_wheel_installs_what_builds_it(received: Received, tmp_path: Path) -> None:
    for target in ("bench", "build", "proof"):
        (tmp_path / ".venv/.ready-proof").unlink()
        assert received(target)[-2][-1] == "requirements/proof.txt"


@pytest.mark.parametrize(
    "text",
    [
        "a'; touch hit; '",
        'a"; touch hit; "',
        "$(touch hit)",
        "$(shell touch hit)",
        "a\ntouch hit #",
        "https://h.example/a b?c=1&d=2#$e",
        "-x; touch hit",
    ],
)
def test_the_user_s_values_arrive_unchanged_and_are_not_run(
    received: Received, tmp_path: Path, text: str
) -> None:
    names = "FROM SOURCE VERSION SINCE N SEED ONLY OPTIONS".split()
    given = [f"{name}={text}" for name in names]
    assert received("capture", "update", "diff", "drift", "probe", "mutants", *given) == [
        ["scripts.capture", text, "--version", text],
        ["scripts.update", "--version", text, "--source", text],
        ["scripts.diff", f"--since={text}", *text.split()],
        ["scripts.drift", "--version", text, *text.split()],
        ["scripts.probe", *text.split()],
        [
            "scripts.mutants",
            *(f"--{name}={text}" for name in ("number", "seed", "since", "only")),
            *text.split(),
        ],
    ]
    assert not (tmp_path / "hit").exists()


def test_without_values_a_target_has_its_defaults(received: Received) -> None:
    assert received("capture", "update", "diff", "mutants") == [
        ["scripts.capture", "--version", "2021-07-28"],
        ["scripts.update"],
        ["scripts.diff", "--since=HEAD"],
        ["scripts.mutants"],
    ]


def test_every_folder_has_a_hint(make: Make, tmp_path: Path) -> None:
    built = {"build", "dist", "site", "__pycache__"}
    tops = {each.name for each in needs.ROOT.iterdir() if each.is_dir()} - built
    said = {}
    for folder in (top for top in tops - {"docs"} if not top.startswith(".")):  # docs is a target
        (tmp_path / folder).mkdir(exist_ok=True)
        done = make(folder)
        assert (done.returncode, "use: " in done.stderr) == (2, True), folder
        said[folder] = done.stderr
    assert "tests is a folder, not a target; use: make test." in said["tests"]
    assert "use: make generate, make capture." in said["openapi"]
