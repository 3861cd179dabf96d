"""With any malformed document, each command ends with an error and never crashes."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from scripts import capture, console, diff, generate
from scripts.contract.openapi.lint import problems
from scripts.contract.overlay import overlay_of

from .malformed import MALFORMED, S, document

ACTION = {
    "target": "$",
    "description": "It is ours",
    "x-evidence": "we say so",
    "x-expect": 1,
    "update": {"x-ours": True},
}
SOURCE = "https://h.example/a.json"
Main = Callable[[Sequence[str] | None], int]


def ended(main: Main, *arguments: str) -> int:
    """Run a command as the command line does; return its exit code."""
    with pytest.raises(SystemExit) as left:
        console.run(lambda _: main(arguments))
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.fixture(params=MALFORMED)
def file(request: pytest.FixtureRequest, empty_project: Path) -> str:
    """Write a malformed document to a project without other captures or corrections."""
    Path("a.json").write_text(json.dumps(MALFORMED[request.param]))
    captured = Path("openapi/captured")
    captured.mkdir(parents=True)
    (captured / "2021-07-28.json").write_text(json.dumps(MALFORMED[request.param]))
    Path("openapi/overlay.yaml").write_text(json.dumps(overlay_of([ACTION])))
    Path("openapi/names.yaml").write_text("{}")
    return "a.json"


def test_the_lint_lists_the_errors() -> None:
    for name, each in MALFORMED.items():
        found = problems(each)
        assert found, name
        assert not any("\n" in line for line in found), name


def test_generating_stops_with_the_errors(file: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(generate.main, "--check") == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    reasons = (
        "is not a valid contract:\n  ",
        "not a complete OpenAPI document",
        "must be an object of objects",
        "is not an OpenAPI",
    )
    assert any(reason in said for reason in reasons)
    assert "Traceback" not in said


def test_a_capture_succeeds_or_fails_with_one_sentence(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = ended(capture.main, file, "--version", "v9", "--source", SOURCE)
    said = capsys.readouterr().err
    assert (code, said) == (0, "") or (code == 2 and said.startswith("error: "))
    assert "Traceback" not in said


def test_a_comparison_succeeds_or_fails_with_one_sentence(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("sound.json").write_text(
        json.dumps(document(components={"schemas": {"S": {}}}, paths={"/a": {"get": {"x": S}}}))
    )
    for old, new in (("sound.json", file), (file, "sound.json"), (file, file)):
        code = ended(diff.main, old, new)
        said = capsys.readouterr().err
        assert (code in (0, 1) and not said) or (code == 2 and said.startswith("error: "))
        assert "Traceback" not in said
