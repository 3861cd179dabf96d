"""scripts.diff: its input, its output and its exit codes."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.diff.__main__ import main
from scripts.errors import CannotRunError
from tests.contract.published import TOP, write
from tests.diff.documents import Json, holding, operation, requesting
from tests.openapi.conftest import Git

OLD, NEW = (requesting(holding({"enum": each})) for each in (["a", "b"], ["a"]))
BREAKING = (OLD, NEW)
NAMES = (operation(operationId="a"), operation(operationId="b"))
NOTHING = (operation(), operation())
CAPTURED = Path("openapi/captured")


@pytest.fixture(autouse=True)
def _elsewhere(empty_project: Path) -> None:
    """Read no openapi/accepted.yaml, and have the stages of this project."""
    Path("pyproject.toml").write_text('[tool.contract-diff]\nproject = "scripts.contract.review"\n')


def put(pair: tuple[Json, Json], *names: str) -> list[str]:
    """Write two documents; return their names."""
    written = zip(names or ("old.json", "new.json"), pair, strict=True)
    return [str(write(Path(name), each)) for name, each in written]


def commit(git: Git, pair: tuple[Json, Json]) -> None:
    """Commit two captured documents, and replace the second by a newer one."""
    put((pair[0], pair[0]), "openapi/captured/v1.json", "openapi/captured/v2.json")
    for words in (["init", "--quiet"], ["add", "."], ["commit", "-qm", "x"]):
        git(Path(), *words)
    write(CAPTURED / "v2.json", pair[1])


def test_the_exit_code_depends_on_the_worst_open_finding() -> None:
    for pair, options, code in (
        (BREAKING, "", 1),
        (BREAKING, "--fail-on never", 0),
        (BREAKING, "--exclude-path /pets", 0),
        (NAMES, "", 1),
        (NAMES, "--lens wire", 0),
        (NOTHING, "--fail-on any", 0),
    ):
        assert main([*put(pair), *options.split(), "--output", "report"]) == code


def test_revisions_in_git_are_compared_by_default_those_of_what_is_captured(
    git: Git, capsysbinary: Any
) -> None:
    commit(git, NOTHING)
    write(CAPTURED / "lock.json", {})
    assert main(["--since", "HEAD"]) == 0
    names = "openapi/captured/v1.json, openapi/captured/v2.json"
    said = capsysbinary.readouterr().out.decode()
    assert said == f"nothing has changed since HEAD in {names}\n"
    (CAPTURED / "v3.json").write_bytes((CAPTURED / "v2.json").read_bytes())
    assert main([]) == 0
    new = capsysbinary.readouterr()
    assert new.out.decode() == said
    (CAPTURED / "v3.json").unlink()
    (CAPTURED / "v1.json").rename(CAPTURED / "v4.json")
    assert main([]) == 0
    said = (new.err + capsysbinary.readouterr().err).decode()
    assert said.replace(" since HEAD: it is not compared", "").splitlines() == [
        f"openapi/captured/{each}"
        for each in ("v3.json is new", "v1.json is gone", "v4.json is new")
    ]
    (CAPTURED / "v4.json").rename(CAPTURED / "v1.json")
    commit(git, BREAKING)
    name = str(CAPTURED / "v2.json")
    assert main([f"HEAD:{name}", name]) == 1
    assert f"HEAD:{name}:1:" in capsysbinary.readouterr().out.decode()
    assert main([f"{Path.cwd()}@HEAD:{name}", f"HEAD:{name}", "--fail-on", "any"]) == 0
    capsysbinary.readouterr()
    assert main([]) == 1
    out = capsysbinary.readouterr().out.decode()
    assert out.startswith(f"HEAD:{name} → {name}\n")
    assert "v1.json" not in out


def test_a_project_without_stages_of_its_own_is_compared_as_well(capsysbinary: Any) -> None:
    Path("pyproject.toml").unlink()
    assert main(put(BREAKING)) == 1
    assert b"1 breaking" in capsysbinary.readouterr().out


def test_references_to_other_files_are_followed_and_a_broken_one_is_a_problem(
    capsysbinary: Any,
) -> None:
    write(Path("common.json"), {"Pet": {"type": "string"}})
    for file, code, said in (("common", 1, b"type-changed"), ("none", 1, b"points at nothing")):
        pair = put((requesting({"$ref": f"{file}.json#/Pet"}), requesting({"type": "integer"})))
        assert main([*pair, "--fail-on", "any"]) == code
        assert said in capsysbinary.readouterr().out


def test_options_without_effect_together_are_refused() -> None:
    put(NOTHING)
    write(Path("list.json"), [])
    for options, why in (
        ("old.json", "name OLD and NEW"),
        ("old.json new.json --since HEAD", "--since is for the documents of the project"),
        ("old.json new.json --contract --overlay", "choose one"),
        ("old.json new.json --format overlay", "for what proposes actions"),
        ("--format json", "--format json reports one comparison: name OLD and NEW"),
        ("--accept 0123456789abcdef --reason x", "--accept applies to one comparison"),
        ("", "there is no document in openapi/captured"),
        ("list.json list.json", "not an OpenAPI"),
        ("--log a..b --since HEAD", "choose --since or --log"),
    ):
        with pytest.raises(CannotRunError, match=why):
            main(options.split())


def test_a_colon_in_a_file_name_does_not_start_a_path_in_git(capsysbinary: Any) -> None:
    assert main([*put(BREAKING, "a:old.json", "a:new.json"), "--format", "github"]) == 1
    assert capsysbinary.readouterr().out.startswith(b"::error file=a%3Anew.json,line=1,")


def test_only_needed_modules_are_imported() -> None:
    code = (
        f"import sys; from scripts.diff.__main__ import main; main({put(BREAKING)}); "
        "print(sorted(set(sys.modules) & "
        "{'urllib.request', 'subprocess', 'jsonpath', 'httpx', 'attrs', 'facade', 'asyncio'}))"
    )
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
