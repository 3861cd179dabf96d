"""Fixtures for the tests of link: an empty folder, and the command."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from facade.link.__main__ import main
from facade.testing import Sandbox
from tests.facade.bulk.runs import environment, seed_owner_pet

KEY = ["--association", "owner_pet"]
HEADER = "contact,custom_objects.pet\n"


@pytest.fixture
def folder(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Change to an empty folder, with an environment for a served sandbox."""
    seed_owner_pet(sandbox)
    monkeypatch.chdir(tmp_path)
    with sandbox.serve() as server:
        for name, value in environment(sandbox, server.url).items():
            monkeypatch.setenv(name, value)
        yield tmp_path


@pytest.fixture
def link(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command on the text of a CSV; return exit status, standard output and error."""

    def run(content: str | bytes, *options: str, key: str = "owner_pet") -> tuple[int, str, str]:
        data = content.encode() if isinstance(content, str) else content
        (folder / "pets.csv").write_bytes(data)
        status = main(["pets.csv", "--association", key, *options])
        return status, *capsys.readouterr()

    return run


def csv_of(rows: int) -> str:
    return HEADER + "".join(f"contact-{number},pet-{number}\n" for number in range(rows))
