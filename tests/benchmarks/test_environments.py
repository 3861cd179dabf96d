"""An environment is rebuilt only if its content changes; a failed command shows its output."""

import sys
from pathlib import Path

import pytest

from scripts.benchmarks import environments
from scripts.benchmarks.environments import ROOT, make_once, run
from scripts.contract.errors import CannotRunError


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Make empty folders instead of environments; return the packages of each."""
    installed: list[tuple[str, ...]] = []

    def make(folder: Path, *install: str) -> Path:
        installed.append(install)
        folder.mkdir(exist_ok=True)
        if "broken" in install:
            raise CannotRunError("pip ended with 1")
        return folder / "bin" / "python"

    monkeypatch.setattr(environments, "make", make)
    return installed


def test_an_environment_is_rebuilt_only_when_its_content_changes(
    made: list[tuple[str, ...]], tmp_path: Path
) -> None:
    for stamp, content in (("1", "a"), ("1", "a"), ("2", "b"), ("2", "b"), ("1", "a")):
        python = make_once(tmp_path / "it", stamp, "--quiet", content)
        assert python == tmp_path / "it" / "bin" / "python"
    assert made == [("--quiet", "a"), ("--quiet", "b"), ("--quiet", "a")]


def test_a_failed_environment_is_built_again_the_next_time(
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


def test_the_error_of_a_command_has_its_status_and_its_output() -> None:
    code = "import sys; print('out'); sys.exit('why')"
    with pytest.raises(CannotRunError) as failed:
        run([sys.executable, "-c", code])
    assert str(failed.value) == f"{sys.executable} -c {code} ended with 1\nout\n\nwhy"
