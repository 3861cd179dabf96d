"""scripts.generate names what is stale, builds it, and mends the overlay."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import generate as command
from scripts.contract.generate import DEFAULT_VERSION, Layout, files_of
from tests.contract.published import TOP, state
from tests.contract.test_generate import ACTION, BUILT, Out


@pytest.fixture(autouse=True)
def _build_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Return the committed files as the build, without the second that the generator takes."""
    monkeypatch.setattr(command, "build", lambda _: files_of(TOP, *BUILT))


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b" ")


def test_a_stale_file_is_named_and_rebuilt(project: Layout, capsys: Out) -> None:
    changes: list[tuple[Callable[[Path], object], str]] = [
        (Path.unlink, "generated_client/py.typed"),
        (Path.touch, "facade/bulk/_sync/extra.py"),
        (edit, "README.md"),
    ]
    for change, name in changes:
        fresh = state(project.root)
        change(project.root / name)
        assert command.main(["--check"]) == 1
        assert capsys.readouterr().out == f"stale: {name}\nrun: make generate\n"
        assert state(project.root) != fresh  # --check writes nothing
        assert command.main([]) == 0
        assert f"written: {name}\n" in capsys.readouterr().out
        assert state(project.root) == fresh


def test_what_is_left_out_of_the_contract_is_told(project: Layout, capsys: Out) -> None:
    path = project.captured(DEFAULT_VERSION)
    document = json.loads(path.read_text())
    document["info"]["contact"] = {"email": 1}
    path.write_text(json.dumps(document))
    command.main(["--check"])
    told = "not valid, not needed, and left out: /info/contact/email: 1 is not"
    assert capsys.readouterr().out.startswith(told)


def test_an_action_that_no_longer_fits_is_a_notice_until_it_is_mended(
    project: Layout, capsys: Out
) -> None:
    fresh = project.overlay.read_text()
    project.overlay.write_text(f"{fresh}\n  - {ACTION}\n")
    for arguments, code in (([], 0), (["--check"], 1), (["--mend"], 0), (["--check"], 0)):
        assert command.main(arguments) == code
    said = capsys.readouterr().out
    assert said.count(f"openapi/overlay.yaml:{fresh.count(chr(10)) + 2}: D\n") == 3
    assert "to do: no Version needs it: delete the action, or correct the target of a" in said
    assert "open notices on openapi/overlay.yaml: 1; follow them, or run: make generate" in said
    assert project.overlay.read_text().rstrip() == fresh.rstrip()
