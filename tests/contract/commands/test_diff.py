"""scripts.diff: its input, its output and its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.overlay import overlay_of
from scripts.diff import main
from tests.contract.diff.documents import Json, holding, operation, requesting

BREAKING = (
    requesting(holding({"enum": ["a", "b"]})),
    requesting(holding({"enum": ["a"]})),
)
NAMES = (operation(operationId="a"), operation(operationId="b"))
NOTHING = (operation(), operation())


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # no openapi/accepted.yaml is read


def put(pair: tuple[Json, Json]) -> list[str]:
    """Write two documents; return their names."""
    for name, each in zip(("old.json", "new.json"), pair, strict=True):
        Path(name).write_text(json.dumps(each, indent=2))
    return ["old.json", "new.json"]


@pytest.mark.parametrize(
    ("pair", "options", "code"),
    [
        (BREAKING, "", 1),
        (BREAKING, "--fail-on never", 0),
        (BREAKING, "--exclude-path /pets", 0),
        (NAMES, "", 1),
        (NAMES, "--lens wire", 0),
        (NOTHING, "--fail-on any", 0),
    ],
)
def test_the_exit_code_depends_on_the_worst_open_finding(
    pair: tuple[Json, Json], options: str, code: int
) -> None:
    assert main([*put(pair), *options.split(), "--output", "report"]) == code


def test_two_revisions_in_git_are_compared(tmp_path: Path, capsysbinary: Any) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, *words], check=True, capture_output=True)

    git("init", "--quiet")
    for pair in BREAKING:
        Path("api.json").write_text(json.dumps(pair))
        git("add", "api.json")
        git("commit", "--quiet", "--message", "x")
    assert main(["HEAD~1:api.json", "api.json"]) == 1
    assert main(["HEAD:api.json", "api.json", "--fail-on", "any"]) == 0
    assert main([f"{tmp_path}@HEAD~1:api.json", "HEAD:api.json"]) == 1
    assert b"HEAD~1:api.json:1:" in capsysbinary.readouterr().out


def test_references_to_other_files_are_followed_and_a_broken_one_is_a_problem(
    capsysbinary: Any,
) -> None:
    Path("common.json").write_text(json.dumps({"Pet": {"type": "string"}}))
    there, nowhere = ({"$ref": f"{name}#/Pet"} for name in ("common.json", "missing.json"))
    put((requesting(there), requesting({"type": "integer"})))
    assert main(["old.json", "new.json"]) == 1
    assert b"type-changed" in capsysbinary.readouterr().out
    put((requesting(nowhere), requesting({"type": "integer"})))
    assert main(["old.json", "new.json", "--fail-on", "any"]) == 0
    assert b"points at nothing" in capsysbinary.readouterr().out


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("old.json", "name OLD and NEW"),
        ("old.json new.json --since HEAD", "--since is for the captured documents"),
        ("old.json new.json --contract --overlay", "choose one"),
        ("old.json new.json --format overlay", "scripts.observed and scripts.page"),
        ("--format json", "--format json reports one comparison: name OLD and NEW"),
        ("--format html", "--format html reports one comparison"),
        ("--accept 0123456789abcdef --reason x", "--accept applies to one comparison"),
        ("--observed --page x", "choose one"),
        ("", "no document is captured"),
    ],
)
def test_options_without_effect_together_are_refused(options: str, why: str) -> None:
    put(NOTHING)
    with pytest.raises(CannotRunError, match=why):
        main(options.split())


def test_anything_but_a_contract_is_an_error() -> None:
    Path("it.json").write_text("[]")
    with pytest.raises(CannotRunError, match="not an OpenAPI"):
        main(["it.json", "it.json"])


def captured(*documents: Json) -> None:
    """Commit captured documents, and replace them by newer ones."""
    folder = Path("openapi/captured")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("v1.json", "v2.json"):
        (folder / name).write_text(json.dumps(documents[0], indent=2))
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    for words in (["init", "--quiet"], ["add", "."], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *words], check=True, capture_output=True)
    (folder / "v2.json").write_text(json.dumps(documents[1], indent=2))


def test_without_names_the_captured_documents_are_compared_with_the_last_commit(
    capsysbinary: Any,
) -> None:
    captured(*BREAKING)
    assert main([]) == 1
    out = capsysbinary.readouterr().out.decode()
    assert out.startswith("HEAD:openapi/captured/v2.json → openapi/captured/v2.json\n")
    assert "v1.json" not in out


def test_no_new_capture_is_one_line(capsysbinary: Any) -> None:
    captured(*NOTHING)
    assert main(["--since", "HEAD"]) == 0
    assert capsysbinary.readouterr().out == (
        b"nothing has changed since HEAD in openapi/captured/v1.json, openapi/captured/v2.json\n"
    )


def test_a_colon_in_a_file_name_does_not_start_a_path_in_git(capsysbinary: Any) -> None:
    for name, each in zip(("a:old.json", "a:new.json"), BREAKING, strict=True):
        Path(name).write_text(json.dumps(each))
    assert main(["a:old.json", "a:new.json", "--format", "github"]) == 1
    assert capsysbinary.readouterr().out.startswith(b"::error file=a%3Anew.json,line=1,")


def test_only_needed_modules_are_imported(tmp_path: Path) -> None:
    put(BREAKING)
    code = (
        "import sys; from scripts.diff import main; main(['old.json', 'new.json']); "
        "print(sorted(set(sys.modules) & "
        "{'urllib.request', 'subprocess', 'jsonpath', 'httpx', 'attrs', 'facade', 'asyncio'}))"
    )
    root = str(Path(__file__).parents[3])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def _project(folder: Path) -> None:
    """Write an overlay of one action, a contract that needs it, and one that is mended."""
    target = "$.paths.*.*.parameters[?@.schema.type == 'number'].schema"
    action = {"target": target, "update": {"type": "integer"}, "x-expect": 1}
    (folder / "openapi").mkdir()
    (folder / "openapi/names.yaml").write_text("{}")
    (folder / "openapi/overlay.yaml").write_text(json.dumps(overlay_of([action])))
    for name, kind in (("old", "number"), ("new", "integer")):
        parameter = {"name": "limit", "in": "query", "schema": {"type": kind}}
        (folder / f"{name}.json").write_text(json.dumps(operation(parameters=[parameter])))


def test_the_overlay_is_reviewed_or_applied_to_both_contracts(
    tmp_path: Path, capsysbinary: Any
) -> None:
    _project(tmp_path)
    assert main(["old.json", "new.json", "--overlay", "--fail-on", "never"]) == 0
    assert b"mended: overlay action 1" in capsysbinary.readouterr().out
    assert main(["old.json", "old.json", "--overlay"]) == 0
    assert main(["new.json", "new.json", "--overlay"]) == 1  # an action is no longer needed
    assert main(["old.json", "new.json", "--fail-on", "any"]) == 1
    assert main(["old.json", "new.json", "--contract", "--fail-on", "any"]) == 0
