"""What README.md shows, works."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from facade.testing import Sandbox

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
MAKEFILE = (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: text.splitlines()[0][:40])
def test_an_example_runs_as_it_stands_and_prints_what_it_says(example: str, tmp_path: Path) -> None:
    sandbox = Sandbox()
    with sandbox.serve() as server:
        done = subprocess.run(
            [sys.executable, "-c", example],
            cwd=tmp_path,  # one makes a file
            env={
                "PYTHONPATH": str(ROOT),
                "HIGHLEVEL_TOKEN": sandbox.token,
                "HIGHLEVEL_LOCATION_ID": sandbox.location_id,
                "HIGHLEVEL_BASE_URL": server.url,
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    for said in re.findall(r"print\(.*\)  # (.*)", example):
        assert said in done.stdout.splitlines()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_exists(page: str) -> None:
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / page).read_text(), re.MULTILINE))
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    assert named
    assert named <= targets


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(page: str) -> None:
    folders = "openapi|generated_client|facade|scripts|tests|examples"
    named = set(re.findall(rf"[`(]((?:{folders})/[\w./-]*)[`)]", (ROOT / page).read_text()))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_command_that_is_named_explains_itself(page: str) -> None:
    for module in set(re.findall(r"python -m ([\w.]+)", (ROOT / page).read_text())):
        done = subprocess.run(
            [sys.executable, "-m", module, "--help"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, module
        assert "usage:" in done.stdout
