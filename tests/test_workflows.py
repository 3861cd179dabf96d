"""The GitHub workflows are bounded, with minimal permissions."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import needs

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def read(path: Path) -> dict[str, Any]:
    # In YAML 1.1 the key `on` is true.
    loaded: dict[Any, Any] = yaml.safe_load(path.read_text())
    return {"on" if key is True else key: value for key, value in loaded.items()}


def jobs() -> list[Any]:
    return [
        pytest.param(job, id=f"{path.stem}-{name}")
        for path in WORKFLOWS
        for name, job in read(path)["jobs"].items()
    ]


def test_a_workflow_may_only_read_unless_a_job_has_more_permissions() -> None:
    """The rest of what could make one unsafe is found by `make lint`, with zizmor."""
    for path in WORKFLOWS:
        workflow = read(path)
        assert workflow["permissions"] in ({}, {"contents": "read"})
        assert workflow["concurrency"]
        for job in workflow["jobs"].values():
            assert "${{" not in "".join(step.get("run", "") for step in job["steps"])


@pytest.mark.parametrize("job", jobs())
def test_a_job_has_a_time_limit_a_fixed_runner_and_the_commits_it_needs(job: Any) -> None:
    assert job["timeout-minutes"] <= 350  # a runner ends a job after 360
    assert not job["runs-on"].endswith("latest")
    needs_history = re.search(r"make mutants|SINCE=|origin/main", str(job["steps"]))
    assert not needs_history or "'fetch-depth': 0" in str(job["steps"])


@pytest.mark.parametrize("job", jobs())
def test_a_job_that_may_write_runs_programs_and_no_generated_code(job: dict[str, Any]) -> None:
    if "write" in job.get("permissions", {}).values():
        run = "\n".join(step.get("run", "") for step in job["steps"])
        assert not re.search(r"\bmake\b|\.venv|\.ci/|\bpip\b|\buv\b", run)
        modules = re.findall(r"python3? -m ([\w.]+)", run)
        assert len(modules) == len(re.findall("python", run))
        for module in modules:  # with the standard library alone
            check = f"import sys, {module}; print(*sys.modules)"
            command = [sys.executable, "-S", "-c", check]
            loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            assert not {"facade", "generated_client"} & {*loaded.stdout.split()}


def test_every_declared_python_is_tested() -> None:
    steps = read(ROOT / ".github/workflows/contract.yml")["jobs"]["test"]["steps"]
    (installed,) = (step["with"]["python-version"] for step in steps if "setup-python" in str(step))
    promised = re.findall(r"Python :: (3\.\d+)", (ROOT / "pyproject.toml").read_text())
    assert installed.split() == promised[::-1]  # the last one runs all tests


@pytest.mark.parametrize(
    ("installed", "user", "expected"),
    [
        (["google-chrome", "redis-server", "npm"], "1000", []),
        (["chromium", "npm"], "0", ["apt-get update -qq", "apt-get install -y -qq redis-server"]),
        (
            ["chromium-browser", "redis-server"],
            "1000",
            ["sudo apt-get update -qq", "sudo apt-get install -y -qq nodejs npm"],
        ),
    ],
)
def test_ci_installs_missing_packages_and_runs_all_tests(
    tmp_path: Path, installed: list[str], user: str, expected: list[str]
) -> None:
    for name in (".ci/run", ".ci/install", *("bash", "dirname", "env")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name if "/" in name else f"/usr/bin/{name}", tmp_path / name)
    write_program(tmp_path / "id", f"echo {user}")
    for name in (".ci/pythons", "make", "apt-get", "sudo", *installed):
        write_program(tmp_path / name, f'echo {name} "$@" >> "{tmp_path}/log"')
    done = needs.run(tmp_path / "bash", ".ci/run", cwd=tmp_path, env={"PATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    log = (tmp_path / "log").read_text().splitlines()
    assert log == [*expected, "make test", ".ci/pythons", "make proof QUICK=1"]


def write_program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(("exit_code", "said"), [(0, ""), (1, "failed: .venv-3.98 .venv-lowest\n")])
def test_ci_tests_the_pythons_that_are_there_and_names_those_that_are_not(
    tmp_path: Path, exit_code: int, said: str
) -> None:
    # A Python that is 3.11, and fails where it runs the tests.
    version = "*version_info*) echo 3.11; exit;;"
    python = f'case "$*" in {version} *--fast) exit {exit_code};; esac\necho python'
    for folder in (".venv", ".venv-3.98", ".venv-lowest", ".pyenv/versions/3.98.1"):
        write_program(tmp_path / folder / "bin/python", python)
    declared = "".join(f'"Programming Language :: Python :: 3.{n}"\n' for n in (11, 98, 99))
    (tmp_path / "pyproject.toml").write_text(declared)
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci/pythons", tmp_path / ".ci")
    done = needs.run(tmp_path / ".ci/pythons", env={**os.environ, "HOME": str(tmp_path)})
    assert done.returncode == exit_code, done.stderr
    end = "not tested, because this machine has none: Python 3.99\n"
    assert done.stdout.endswith(end + said)
    assert done.stdout.count("the fast part of the tests in ") == 2
