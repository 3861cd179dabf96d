"""The Makefile neither loses nor runs the user's values."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
Make = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Run make in a separate folder, and not as part of a make that runs these tests."""
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    inherited = {
        "MAKEFLAGS",
        "MAKELEVEL",
        "MFLAGS",
        "MAKEOVERRIDES",
        "VERSION",
        "SOURCE",
        "OPTIONS",
        *("N", "SEED", "SINCE", "ONLY"),
    }
    environment = {name: value for name, value in os.environ.items() if name not in inherited}

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["make", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_an_environment_behind_a_link_is_not_emptied(make: Make, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / "kept").touch()
    (tmp_path / ".venv").symlink_to(shared)
    done = make("setup", f"PYTHON={sys.executable}")
    assert done.returncode == 2
    assert ".venv is a symbolic link" in done.stdout
    assert (shared / "kept").exists()


@pytest.fixture
def received(make: Make, tmp_path: Path) -> Callable[..., list[list[str]]]:
    """Return the arguments of each command of the targets; no command really runs."""
    log = tmp_path / "log"
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\" END >> '{log}'\n")
    python.chmod(0o755)
    (tmp_path / ".venv/.ready").touch()
    captured = tmp_path / "openapi/captured"
    captured.mkdir(parents=True)
    for name in ("lock.json", "2030-01-01.json", "v9.json"):
        (captured / name).touch()

    def run(*arguments: str) -> list[list[str]]:
        done = make(*arguments)
        assert done.returncode == 0, done.stderr
        commands = log.read_text().split("\0END\0")[:-1]
        return [command.split("\0")[1:] for command in commands]

    return run


@pytest.mark.parametrize(
    "text",
    [
        "a'; touch hit; '",
        'a"; touch hit; "',
        "$(touch hit)",
        "$(shell touch hit)",
        "`touch hit`",
        "a\ntouch hit #",
        "https://h.example/a b?c=1&d=2#$e",
        "-x; touch hit",
    ],
)
def test_the_user_s_values_arrive_unchanged_and_are_not_run(
    received: Callable[..., list[list[str]]], tmp_path: Path, text: str
) -> None:
    given = [f"{name}={text}" for name in ("FROM", "SOURCE", "VERSION", "SINCE", "OPTIONS")]
    assert received("capture", "update", "diff", "drift", "probe", *given) == [
        ["scripts.capture", text, "--version", text],
        ["scripts.update", "--version", text, "--source", text],
        ["scripts.diff", f"--since={text}", *text.split()],
        ["scripts.drift", "--version", text, *text.split()],
        ["scripts.probe", *text.split()],
    ]
    assert not (tmp_path / "hit").exists()


def test_bugs_are_chosen_as_the_user_says(received: Callable[..., list[list[str]]]) -> None:
    given = [f"{name}=$(shell touch hit) x" for name in ("N", "SEED", "SINCE", "ONLY")]
    assert received("mutants", *given, "OPTIONS=facade -j 2") == [
        [
            "scripts.mutants",
            "--number=$(shell touch hit) x",
            "--seed=$(shell touch hit) x",
            "--since=$(shell touch hit) x",
            "--only=$(shell touch hit) x",
            *("facade", "-j", "2"),
        ]
    ]


def test_the_captured_documents_are_compared_with_the_last_commit(
    received: Callable[..., list[list[str]]],
) -> None:
    assert received("diff") == [["scripts.diff", "--since=HEAD"]]


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("tests", "tests is a folder, not a target; use: make test."),
        ("openapi", "use: make generate, make capture."),
        ("scripts", "use: python -m scripts.NAME, or a target that make lists"),
        ("gen", "there is no target gen; use: make generate."),
        ("d", "use: make demo make diff make drift make docs."),
        ("deploy", "there is no target deploy; use: make without a target lists all."),
        ("a'; touch hit; '", "there is no target a'; touch hit; ';"),
    ],
)
def test_an_unknown_target_fails_with_suggestions(
    make: Make, tmp_path: Path, target: str, said: str
) -> None:
    for folder in ("tests", "openapi", "scripts"):
        (tmp_path / folder).mkdir()
    done = make(target)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "hit").exists()


def test_every_folder_has_a_hint(make: Make, tmp_path: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    tops = {file.partition("/")[0] for file in listed.stdout.splitlines() if "/" in file}
    for folder in (top for top in tops - {"docs"} if not top.startswith(".")):  # docs is a target
        (tmp_path / folder).mkdir()
        done = make(folder)
        assert (done.returncode, "use: " in done.stderr) == (2, True), folder
