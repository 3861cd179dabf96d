"""An environment is made once for each content; a command that fails says what it printed."""

import sys
from pathlib import Path

import pytest

from scripts.benchmarks import environments
from scripts.benchmarks.environments import ROOT, make_once, run
from scripts.contract.errors import CannotRunError


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Make empty folders in place of environments; keep what is to be installed in each."""
    installed: list[tuple[str, ...]] = []

    def make(folder: Path, *install: str) -> Path:
        installed.append(install)
        folder.mkdir(exist_ok=True)
        if "broken" in install:
            raise CannotRunError("pip ended with 1")
        return folder / "bin" / "python"

    monkeypatch.setattr(environments, "make", make)
    return installed


def test_an_environment_is_made_once_and_again_when_its_content_changes(
    made: list[tuple[str, ...]], tmp_path: Path
) -> None:
    for stamp, content in (("1", "a"), ("1", "a"), ("2", "b"), ("2", "b"), ("1", "a")):
        python = make_once(tmp_path / "it", stamp, "--quiet", content)
        assert python == tmp_path / "it" / "bin" / "python"
    assert made == [("--quiet", "a"), ("--quiet", "b"), ("--quiet", "a")]


def test_an_environment_that_could_not_be_made_is_made_the_next_time(
    made: list[tuple[str, ...]], tmp_path: Path
) -> None:
    with pytest.raises(CannotRunError):
        make_once(tmp_path / "it", "1", "broken")
    make_once(tmp_path / "it", "1", "a")
    assert made == [("broken",), ("a",)]


def test_a_command_runs_in_the_project_without_the_settings_of_this_python(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    monkeypatch.setenv("BENCHMARK", "kept")
    code = "import os; print(os.getcwd(), os.getenv('PYTHONPATH'), os.getenv('BENCHMARK'))"
    command = [sys.executable, "-c", code]
    assert run(command) == f"{ROOT} None kept\n"
    assert run(command, cwd=tmp_path, PYTHONPATH="given") == f"{tmp_path} given kept\n"


def test_a_command_that_fails_is_named_with_its_status_and_all_that_it_printed() -> None:
    code = "import sys; print('out'); sys.exit('why')"
    with pytest.raises(CannotRunError) as failed:
        run([sys.executable, "-c", code])
    assert str(failed.value) == f"{sys.executable} -c {code} ended with 1\nout\n\nwhy"
