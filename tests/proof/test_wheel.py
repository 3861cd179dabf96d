"""The wheel, alone in an environment: it works, and it brings nothing but what it says."""

import json
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.benchmarks.environments import ROOT, build_wheel, make, run

pytestmark = pytest.mark.proof

NEEDED = {"httpx", "attrs", "python-dateutil"}
WHAT_THEY_NEED = {
    "anyio",
    "certifi",
    "h11",
    "httpcore",
    "idna",
    "six",
    "typing_extensions",
    "tzdata",
}

LOOK = """
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

USE = """
from facade import AssociationsClient
from facade.testing import Sandbox
box = Sandbox()
with AssociationsClient(box.token, box.location_id, transport=box.transport()) as client:
    print([one.key for one in client.associations.iterate()])
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("clean") / "venv", wheel)


def test_the_wheel_holds_facade_and_generated_code_and_says_they_are_typed(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"facade", "generated_client"}
    assert {"facade/py.typed", "generated_client/py.typed"} <= set(names)


def test_importing_facade_pulls_in_nothing_but_what_the_wheel_needs(
    python: Path, tmp_path: Path
) -> None:
    found = json.loads(run([python, "-c", LOOK], cwd=tmp_path))
    installed = {name.lower().replace("_", "-") for name in found["distributions"]}
    allowed = {name.lower().replace("_", "-") for name in NEEDED | WHAT_THEY_NEED}
    assert installed <= allowed | {"highlevel-associations", "pip", "setuptools"}
    assert installed >= NEEDED
    modules = set(found["modules"])
    assert modules <= {"facade", "generated_client", "attr", "attrs", "httpx", "dateutil"} | {
        name.replace("-", "_") for name in WHAT_THEY_NEED
    }


def test_the_wheel_works_where_nothing_else_is(python: Path, tmp_path: Path) -> None:
    assert run([python, "-c", USE], cwd=tmp_path).strip() == (
        "['OPPORTUNITIES_CONTACTS_ASSOCIATION', 'BUSINESSES_CONTACTS_ASSOCIATION']"
    )


def test_the_source_archive_builds_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path, ROOT])
    (again,) = tmp_path.glob("*.whl")
    assert set(zipfile.ZipFile(again).namelist()) == set(zipfile.ZipFile(wheel).namelist())
