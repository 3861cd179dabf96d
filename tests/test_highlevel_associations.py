"""`highlevel_associations` is `facade` under the name of the distribution."""

import sys
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests import needs
from tests.facade.driving import run_program
from tests.public_surface import MODULES, names_of

ROOT = Path(__file__).parents[1]
NEW = "highlevel_associations"
FOREIGN = "VALUE = 1\n"


def in_project(folder: Path, *words: str) -> CompletedProcess[str]:
    """Run Python in a project that has this folder's packages in its path, after its own."""
    environment = {"PYTHONPATH": str(ROOT), "PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return needs.run(sys.executable, *words, cwd=folder, env=environment)


@pytest.mark.parametrize("module", MODULES)
def test_each_public_module_is_the_one_of_the_facade_and_has_types(module: str) -> None:
    name = module.replace("facade", NEW, 1)
    found, ours = import_module(name), import_module(module)
    assert module == "facade" or found is ours
    assert all(getattr(found, each) is getattr(ours, each) for each in names_of(ours))
    path = ROOT / name.replace(".", "/")
    typed = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    assert module == "facade" or typed.read_text() == f"from {module} import *\n"


def test_importing_it_loads_no_more_than_importing_the_facade() -> None:
    loaded = "import sys, {}; print(len([one for one in sys.modules if one[:7] == 'facade.']))"
    assert run_program(loaded.format(NEW)) == run_program(loaded.format("facade"))
    with pytest.raises(ModuleNotFoundError, match=r"highlevel_associations\.other"):
        import_module("highlevel_associations.other")


def test_the_command_is_a_module() -> None:
    assert run_program(f"import runpy; runpy.run_module({NEW!r})") == []
    assert in_project(ROOT, "-m", NEW, "--version").stdout.startswith("highlevel-associations 0.")
    served = [in_project(ROOT, "-m", f"{one}.testing", "--help") for one in (NEW, "facade")]
    assert served[0].stdout.startswith("usage: ")
    assert served[0].stdout == served[1].stdout


@pytest.mark.parametrize("name", ["facade", "generated_client"])
def test_a_project_with_a_package_of_that_name_is_told_which_file_shadows_ours(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text(FOREIGN)
    done = in_project(tmp_path, "-c", f"import {NEW}")
    assert done.stderr.splitlines()[-1] == (
        f"ImportError: highlevel-associations needs its own package {name!r}, and Python finds "
        f"{tmp_path}/{name}/__init__.py: rename that one, or run from another folder"
    )
    of_command = in_project(tmp_path, "-m", NEW, "doctor")
    said = done.stderr.splitlines()[-1].replace("ImportError", "error")
    assert (of_command.returncode, of_command.stderr) == (2, f"{said}\n")
    (tmp_path / "test_own.py").write_text(f"from {name} import VALUE\n\ndef test(): assert VALUE\n")
    options = ["-p", "pytest_highlevel_associations", "-p", "no:cacheprovider"]
    tested = in_project(tmp_path, "-m", "pytest", *options)
    assert tested.returncode == 0, tested.stdout
    assert "highlevel-associations has no fixtures: highlevel-associations needs" in tested.stdout


def test_a_distribution_that_has_overwritten_ours_is_told(tmp_path: Path) -> None:
    ours = (ROOT / NEW / "__init__.py").read_text()
    for name, text in (("facade", FOREIGN), ("generated_client", FOREIGN), (NEW, ours)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(text)
    done = in_project(tmp_path, "-c", f"import {NEW}")
    assert f"another distribution has overwritten {tmp_path}/facade/__init__.py" in done.stderr
