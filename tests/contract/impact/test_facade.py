"""Reading the source of a facade."""

from pathlib import Path

import pytest

from scripts.contract.impact.facade import Facade, Need, read_facade
from scripts.errors import CannotRunError
from tests.diff.reviewing import ROOT

METHODS = """\
METHODS: dict[str, object] = {
    "pets.rename": ("rename_pet", "get_pet"),
    "pets.list": ("list_pets",),
    "pets.delete": ("delete_pet",),
}
INTERNAL = {"AsyncPetBatch.create": ("_async/batch.py", "create_pets")}
NEEDS = {"rename_pet": {"sends": "name", "classes": "RenameBody"}}
"""
PETS = """\
class AsyncPets:
    async def rename(self, pet_id: str, *, name: str, **options) -> "Pet": ...
    async def list(self, *, limit: int = 100) -> Page[Pet]: ...
    async def delete(self, pet_id: str): ...
"""
MODELS = "class Pet:\n    id: str\n    name: str | None = None\n"
SOURCES = {"_core/methods": METHODS, "_async/pets": PETS, "_sync/pets": "", "models": MODELS}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a small facade."""
    for name, text in SOURCES.items():
        path = tmp_path / f"facade/{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "facade"


def test_a_method_has_its_declared_operations_and_the_parameters_of_its_source(
    folder: Path,
) -> None:
    facade = read_facade(folder)
    rename, listing, delete = facade.methods.values()
    assert rename.operations == {"rename_pet", "get_pet"}
    assert rename.source == "facade/_async/pets.py"
    assert rename.parameters == {"pet_id", "name"}
    assert listing.parameters == {"limit"}
    assert [each.returns for each in (rename, listing, delete)] == ["Pet", "Pet", ""]
    assert [each.many for each in (rename, listing, delete)] == [False, True, False]
    assert facade.annotations == {"Pet.id": "str", "Pet.name": "str | None"}
    name, body = frozenset({"name"}), frozenset({"RenameBody"})
    assert facade.needs == {"rename_pet": Need(sends=name, classes=body)}
    (batch,) = facade.internal
    assert (batch.name, batch.source) == ("AsyncPetBatch.create", "facade/_async/batch.py")


def test_without_a_facade_there_are_no_methods(tmp_path: Path) -> None:
    assert read_facade(tmp_path / "facade") == Facade()


def test_methods_that_cannot_be_parsed_are_refused(folder: Path) -> None:
    refused = {"METHODS = dict(a=1)": "must be a literal", "OTHER = {}": "does not assign METHODS"}
    for text, why in refused.items():
        (folder / "_core/methods.py").write_text(text)
        with pytest.raises(CannotRunError, match=why):
            read_facade(folder)


def test_every_method_of_our_facade_has_a_source_and_known_models() -> None:
    facade = read_facade(ROOT / "facade")
    assert facade.resources == {"associations", "relations"}
    models = {name.partition(".")[0] for name in facade.annotations}
    for method in facade.methods.values():
        assert (ROOT / method.source).is_file()
        assert method.returns in models | {""}
    assert (ROOT / facade.server_source).is_file()
    assert facade.server.startswith("https://")
    for method in facade.internal:
        assert method.name.partition(".")[0] in (ROOT / method.source).read_text()
