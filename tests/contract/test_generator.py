"""The generator runs on a contract and its hooks on the code; each failure has a reason."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.contract.generator import (
    import_models_late,
    publish_builders,
    run_generator,
    run_hooks,
)
from scripts.errors import CannotRunError
from scripts.files import write_all


def contract(media: str) -> bytes:
    answer = {"description": "", "content": {media: {"schema": {"type": "object"}}}}
    operation = {"operationId": "list_pets", "tags": ["pets"], "responses": {"200": answer}}
    info = {"title": "Pets", "version": "1"}
    document = {"openapi": "3.0.3", "info": info, "paths": {"/pets": {"get": operation}}}
    return json.dumps(document).encode()


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Return generator settings that name the package and have no slow hooks."""
    path = tmp_path / "generator.yaml"
    path.write_text("package_name_override: pets_client\npost_hooks: []\n")
    return path


def test_a_package_is_generated_whose_functions_that_build_requests_are_public(
    tmp_path: Path, settings: Path
) -> None:
    package = tmp_path / "made" / "pets"
    package.parent.mkdir()
    run_generator(contract("application/json"), settings, package)
    publish_builders(package)
    made = (package / "api/pets/list_pets.py").read_text()
    assert "\ndef get_kwargs(" in made
    assert "_get_kwargs" not in made
    assert not (package / "pyproject.toml").exists()
    assert "pets_client" not in {path.name for path in package.parent.iterdir()}


MODELS = b'"""Models"""\n\nfrom .cat import Cat\nfrom .dog import Dog\n\n__all__ = ("Cat", "Dog")\n'


def test_a_model_is_imported_when_it_is_first_used(tmp_path: Path) -> None:
    kinds = {
        f"models/{each.lower()}.py": b"class %s: ...\n" % each.encode() for each in ("Cat", "Dog")
    }
    files = {"__init__.py": b"", "models/__init__.py": MODELS, **kinds}
    write_all({tmp_path / "pets" / name: data for name, data in files.items()})
    import_models_late(tmp_path / "pets")
    program = (
        "import sys; from pets.models import Cat; assert 'pets.models.dog' not in sys.modules\n"
        "from pets import models; assert not hasattr(models, 'Cow')\n"
        "from pets.models import *; print(Cat.__name__, Dog.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "Cat Dog\n"


def test_code_of_another_form_stops_the_generator(tmp_path: Path) -> None:
    write_all({tmp_path / "api/pets/list_pets.py": b"x\n", tmp_path / "models/__init__.py": b"x\n"})
    with pytest.raises(CannotRunError, match=r"list_pets\.py has no _get_kwargs"):
        publish_builders(tmp_path)
    with pytest.raises(CannotRunError, match=r"models/__init__\.py has another form"):
        import_models_late(tmp_path)


def test_a_warning_of_the_generator_stops_it(tmp_path: Path, settings: Path) -> None:
    with pytest.raises(CannotRunError, match=r"_client: (?s:.*)content_type image/png"):
        run_generator(contract("image/png"), settings, tmp_path / "pets")


def test_hooks_run_in_the_folder_with_the_programs_of_this_python_until_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    failing = "sh -c 'echo a; echo wrong >&2; exit 3'"
    hooks = ["sh -c 'echo $0 $1 > first; echo $PATH > path' . './x y'", failing, "touch after"]
    with pytest.raises(CannotRunError, match=r"sh -c .*: a\n+wrong\Z"):
        run_hooks(hooks, tmp_path, "facade")
    assert (tmp_path / "first").read_text() == "facade ./x y\n"
    first, second, *_ = (tmp_path / "path").read_text().split(os.pathsep)
    assert (first, second) == (str(Path(sys.executable).parent), str(tmp_path))
    assert not (tmp_path / "after").exists()
