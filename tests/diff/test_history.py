"""The log of the captured documents."""

from pathlib import Path
from typing import Any

import pytest

from scripts.diff.__main__ import main
from scripts.errors import CannotRunError
from tests.contract.published import write
from tests.diff.documents import Json, operation
from tests.openapi.conftest import Git

NAME = Path("openapi/captured/v1.json")


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_each_change_has_its_day_its_findings_and_its_verdict(
    git: Git, empty_project: Path, form: str, capsysbinary: Any
) -> None:
    git(Path(), "init", "--quiet", "--initial-branch=main")
    edits: list[Json] = [{}, {"operationId": "b"}, {}, {"deprecated": True}]
    for number, fields in enumerate(edits):
        write(NAME, operation(**fields))
        git(Path(), "add", ".")
        git(Path(), "commit", "-qm", f"x{number}", "--allow-empty", "--date=2030-01-02T00:00:00Z")
    assert main(["--log", "HEAD~3..HEAD", "--format", form]) == 1
    said = capsysbinary.readouterr().out.decode()
    assert said.index("has another operationId") < said.index("is deprecated")
    assert said.count("v1.json") >= 6
    assert "1 breaking" in said


def test_a_span_that_git_does_not_know_is_an_error(git: Git, empty_project: Path) -> None:
    git(Path(), "init", "--quiet")
    for span in ("a..b", "--output=x"):
        with pytest.raises(CannotRunError, match="cannot read the log of"):
            main(["--log", span] if span[0] != "-" else [f"--log={span}"])
    with pytest.raises(CannotRunError, match="choose --since or --log"):
        main(["--log", "a..b", "--since", "HEAD"])
