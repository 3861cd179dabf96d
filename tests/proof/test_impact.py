"""The facade must change exactly where mypy or its tests fail with the regenerated code."""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.contract.generate import PACKAGE, Layout, generated_code
from scripts.contract.workspace import Workspace, copy_of
from scripts.openapi.documents import dump
from tests import needs
from tests.contract.changes import CONTRACT
from tests.contract.contract_changes import APPS, CODE, CONTRACT_CHANGES, NOBODY, changed

pytestmark = [pytest.mark.proof, pytest.mark.long]

ROOT = Path(__file__).parents[2]
CHECKED = ("facade/_async", "facade/bulk")
TESTS = ("test_methods", "test_mapping", "bulk/test_in_batches")
WARNING = "ignore::DeprecationWarning"
# `scripts.diff` says by these beginnings of its verdict who must change something.
VERDICTS = {"facade must change": CODE, "regenerate; what apps pass may be refused": APPS}


@pytest.fixture(scope="module")
def project() -> Iterator[Workspace]:
    """Copy the project once; every test writes all generated code anew."""
    with copy_of(ROOT) as found:
        yield found


def verdict(folder: Path, old: Path, new: Path) -> str:
    arguments = (str(old), str(new), "--format", "json", "--fail-on", "never")
    done = needs.run(sys.executable, "-m", "scripts.diff", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["verdict"])


def failing(folder: Path) -> set[str]:
    """Return the errors of mypy, and the failing tests of the facade."""
    # Its cache keeps the errors about a module that was gone and is back.
    mypy = needs.run(sys.executable, "-m", "mypy", "--no-incremental", *CHECKED, cwd=folder)
    assert mypy.returncode in (0, 1), mypy.stdout + mypy.stderr
    paths = [f"tests/facade/{name}.py" for name in TESTS]
    # What HighLevel deprecates is meant to warn, and the rest of the suite expects no warning.
    options = ("-q", "-n0", "-p", "no:cacheprovider", "--tb=no", "-rfE", "-W", WARNING)
    tests = needs.run(sys.executable, "-m", "pytest", *options, *paths, cwd=folder)
    assert tests.returncode in (0, 1, 2), tests.stdout + tests.stderr
    lines = [*mypy.stdout.splitlines(), *tests.stdout.splitlines()]
    kinds = ("FAILED", "ERROR", "facade/", "generated_client/")
    return {line.partition(" - ")[0] for line in lines if line.startswith(kinds)}


@pytest.fixture(scope="module")
def failing_before(project: Workspace) -> set[str]:
    return failing(project.folder)


@pytest.mark.parametrize("name", CONTRACT_CHANGES)
def test_the_verdict_is_what_mypy_and_tests_say_of_regenerated_code(
    name: str, project: Workspace, failing_before: set[str], tmp_path: Path
) -> None:
    change, expected = CONTRACT_CHANGES[name]
    old, new, layout = tmp_path / "old.json", tmp_path / "new.json", Layout(project.folder)
    old.write_bytes(dump(CONTRACT))
    new.write_bytes(dump(changed(change)))
    before = verdict(ROOT, old, new)
    layout.contract.write_bytes(new.read_bytes())
    shutil.rmtree(layout.package)
    for path, data in generated_code(Layout(ROOT), changed(change)).items():
        if path.startswith((PACKAGE, layout.name(layout.operations))):
            (project.folder / path).parent.mkdir(parents=True, exist_ok=True)
            (project.folder / path).write_bytes(data)
    assert verdict(project.folder, old, new) == before
    said = next((who for text, who in VERDICTS.items() if before.startswith(text)), NOBODY)
    assert said == expected
    assert bool(failing(project.folder) - failing_before) == (said == CODE)
