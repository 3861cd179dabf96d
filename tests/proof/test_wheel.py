"""The wheel works in an empty environment and installs only its declared dependencies."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from scripts.programs import ROOT, build_wheel, make, run
from tests import needs
from tests.docs.samples import samples

pytestmark = pytest.mark.proof

DIRECT = {"httpx", "attrs", "python-dateutil"}
INDIRECT = set("anyio certifi h11 httpcore idna six typing-extensions tzdata".split())

IMPORT = """
import importlib.metadata, json, sys
before = set(sys.modules)
import facade
top = {name.partition(".")[0] for name in set(sys.modules) - before}
found = {
    "modules": sorted(top - set(sys.stdlib_module_names)),
    "distributions": sorted(one.metadata["Name"] for one in importlib.metadata.distributions()),
}
print(json.dumps(found))
"""
# The samples of the page for analysts, which are the cells of a notebook.
CELLS = """
import ast, asyncio, inspect, json, sys
names = {}
for cell in json.load(sys.stdin):
    code = compile(cell, "cell", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    made = eval(code, names)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(made)
"""
# An app's tests, with each of the plugins that run tests in an event loop.
APP_TESTS = """
import sys
import pytest

def test_the_plugin_loads_nothing_before_a_fixture_is_used():
    assert "facade.testing.plugin" in sys.modules
    assert not {"attr", "facade.errors", "facade.testing.sandbox"} & set(sys.modules)

def test_a_client(highlevel_client):
    assert len(highlevel_client.associations.list().items) == 4

@pytest.mark.asyncio
async def test_pytest_asyncio(async_highlevel_client):
    assert len((await async_highlevel_client.associations.list()).items) == 4

@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.anyio
async def test_anyio(anyio_backend, async_highlevel_client):
    assert len((await async_highlevel_client.associations.list()).items) == 4
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("clean") / "venv", wheel)


@pytest.fixture(scope="module")
def app_python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("app") / "venv"
    return make(folder, f"{wheel}[pytest]", "pytest-asyncio")


def test_the_wheel_has_only_its_packages_and_names_its_author_and_its_pythons(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (name,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        lines = archive.read(name).decode().partition("\n\n")[0].splitlines()
    tops = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    packages = {"facade", "generated_client", "highlevel_associations"}
    assert tops == packages | {"pytest_highlevel_associations.py"}
    assert {f"{package}/py.typed" for package in packages} <= set(names)
    assert "Author: highlevel-associations contributors" in lines
    assert sum(line.startswith("Project-URL: ") for line in lines) == 2
    pythons = [line.rpartition(" ")[2] for line in lines if ":: Python :: 3." in line]
    assert pythons == ["3.11", "3.12", "3.13", "3.14"]


def test_importing_facade_imports_the_dependencies_only(python: Path, tmp_path: Path) -> None:
    found = json.loads(run([python, "-c", IMPORT], cwd=tmp_path))
    installed = {name.lower().replace("_", "-") for name in found["distributions"]}
    assert installed <= DIRECT | INDIRECT | {"highlevel-associations", "pip", "setuptools"}
    assert installed >= DIRECT
    allowed = {"facade", "generated_client", "attr", "attrs", "httpx", "dateutil"}
    assert set(found["modules"]) <= allowed | {name.replace("-", "_") for name in INDIRECT}


@pytest.mark.parametrize("mode", ["strict", "auto"])
def test_pytest_finds_the_plugin_in_the_wheel(app_python: Path, tmp_path: Path, mode: str) -> None:
    (tmp_path / "test_app.py").write_text(APP_TESTS, encoding="utf-8")
    options = ["-W", "error", "--strict-markers", "-o", f"asyncio_mode={mode}"]
    options += ["-o", "asyncio_default_fixture_loop_scope=function"]
    command: list[str | Path] = [app_python, "-m", "pytest", "-q", *options, "test_app.py"]
    assert "4 passed" in run(command, cwd=tmp_path)
    # Naming the plugin again, as an app's conftest may, is harmless.
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["facade.testing.plugin"]\n')
    assert "4 passed" in run(command, cwd=tmp_path)


def test_the_source_archive_builds_the_same_wheel_and_an_index_accepts_both(
    wheel: Path, tmp_path: Path
) -> None:
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT])
    (again,), (archive,) = tmp_path.glob("*.whl"), tmp_path.glob("*.tar.gz")
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())
    done = run([sys.executable, "-m", "twine", "check", "--strict", wheel, archive], cwd=tmp_path)
    assert done.count("PASSED") == 2
    assert run([sys.executable, "-m", "check_wheel_contents", wheel]).strip() == f"{wheel}: OK"


@pytest.mark.long
def test_the_tests_in_the_source_archive_pass(tmp_path: Path) -> None:
    run([sys.executable, "-m", "build", "--sdist", "--no-isolation", "--outdir", tmp_path, ROOT])
    (archive,) = tmp_path.glob("*.tar.gz")
    shutil.unpack_archive(archive, tmp_path)
    done = needs.run(sys.executable, "-m", "pytest", "-q", cwd=tmp_path / archive.name[:-7])
    assert done.returncode == 0, done.stdout[-5000:]


@contextmanager
def served(command: Path, *arguments: str) -> Iterator[dict[str, str]]:
    with subprocess.Popen(
        [command, "sandbox", "--json", *arguments], stdout=subprocess.PIPE, text=True
    ) as sandbox:
        try:
            assert sandbox.stdout is not None
            found = json.loads(sandbox.stdout.readline())
            names = {"BASE_URL": "url", "TOKEN": "token", "LOCATION_ID": "location_id"}
            given = {f"HIGHLEVEL_{name}": found[key] for name, key in names.items()}
            yield {**os.environ, **given}
        finally:
            sandbox.terminate()


def doctor(command: Path, environment: dict[str, str]) -> tuple[int, list[str]]:
    """Return the exit status, and the failed checks."""
    done = needs.run(command, "doctor", "--json", env=environment)
    checks = json.loads(done.stdout)["checks"]
    return done.returncode, [one["name"] for one in checks if one["status"] == "wrong"]


def test_without_an_extra_the_doctor_passes_at_its_sandbox_and_names_a_failed_check(
    python: Path,
) -> None:
    command = python.with_name("highlevel-associations")
    with served(command, "--limit", "100/10") as given:
        assert doctor(command, given) == (0, [])
        assert doctor(command, given | {"HIGHLEVEL_TOKEN": "pit-other"}) == (1, ["token"])
    with served(command, "--scopes", "associations.readonly") as given:
        assert doctor(command, given) == (1, ["scopes"])


def test_the_samples_for_analysts_run_with_pandas(
    wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = make(tmp_path / "venv", wheel, "pandas")
    page = samples(ROOT / "docs/guide/analysts.md")
    cells = [each.text for each in page if each.language == "python"]
    with served(python.with_name("highlevel-associations")) as given:
        done = subprocess.run(
            [python, "-c", CELLS],
            input=json.dumps(cells),
            cwd=tmp_path,
            env=given,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stderr == ""
    expected = [found for cell in cells for found in re.findall(r"print\(.*\)  # (.*)", cell)]
    assert done.stdout.splitlines() == expected


def test_the_guide_is_in_the_wheel(python: Path, tmp_path: Path) -> None:
    command = python.with_name("highlevel-associations")
    assert "analysts         For analysts: pandas" in run([command, "docs"], cwd=tmp_path)
    assert "├── RateLimitError" in run([command, "docs", "errors"], cwd=tmp_path)
