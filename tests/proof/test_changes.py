"""An update adopts published changes without a file edited by hand, or says what must change."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from facade._core.operations import VERSIONS
from scripts.contract.workspace import copy_of
from tests import needs
from tests.contract.changes import CHANGES, NEW_VERSION
from tests.contract.editing import Change, Json

pytestmark = [pytest.mark.proof, pytest.mark.long]

ROOT = Path(__file__).parents[2]
ENDINGS = {
    "a response field gone": "stopped",
    "servers changed": "stopped",
    "an error status": "look",
    "an operation": "look",
    "a response field: required": "look",
    "a Version accepted": "look",
    "a scope added": "look",
    "labels mended": "look",
    "objectKey mended": "look",
}


def publish(folder: Path, changes: Iterable[Change]) -> Path:
    for version in VERSIONS:
        document = json.loads((ROOT / f"openapi/captured/{version}.json").read_bytes())
        for change in changes:
            change(document)
        (folder / f"{version}.json").write_text(json.dumps(document))
    return folder


def python(folder: Path, *arguments: str) -> CompletedProcess[str]:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return needs.run(sys.executable, *arguments, cwd=folder, env=environment)


def run_all(folder: Path, *commands: Sequence[str]) -> None:
    for arguments in commands:
        done = python(folder, *arguments)
        assert done.returncode == 0, (arguments, done.stdout[-5000:], done.stderr[-5000:])


@pytest.mark.parametrize("name", CHANGES)
def test_an_update_adopts_a_change_or_names_what_must_change(name: str, tmp_path: Path) -> None:
    ending = ENDINGS.get(name, "done")
    source = publish(tmp_path, [CHANGES[name]])
    with copy_of(ROOT) as project:
        outcome = project.folder / "outcome.json"
        arguments = ["--source", str(source), "--outcome", outcome.name]
        done = python(project.folder, "-m", "scripts.update", *arguments)
        assert json.loads(outcome.read_text())["ending"] == ending, done.stdout + done.stderr
        assert done.returncode == (1 if ending == "stopped" else 0)
        assert bool(project.changed()) == (ending != "stopped")


def as_highlevel_names_it(document: Json) -> None:
    """Rename what changes added, as HighLevel could, so that tests can publish it again."""
    text = json.dumps(document).replace(NEW_VERSION, "2023-02-21")
    document.update(json.loads(text.replace("unpublished", "new").replace("Unpublished", "New")))


def as_repository(folder: Path) -> None:
    """Commit a folder, because a test lists the files in git."""
    git = ("git", "-c", "user.name=T", "-c", "user.email=t@example.com")
    for command in (("init",), ("add", "--all"), ("commit", "--quiet", "--message=A")):
        assert needs.run(*git, *command, cwd=folder).returncode == 0


def test_the_whole_suite_passes_after_a_completed_update(tmp_path: Path) -> None:
    stopped = {name for name, ending in ENDINGS.items() if ending == "stopped"}
    changes = [change for name, change in CHANGES.items() if name not in stopped]
    source = publish(tmp_path, [*changes, as_highlevel_names_it])
    with copy_of(ROOT) as project:
        as_repository(project.folder)
        run_all(
            project.folder,
            ("-m", "scripts.update", "--source", str(source)),
            ("-m", "scripts.generate", "--check"),
            ("-m", "pytest", "-q"),
        )
