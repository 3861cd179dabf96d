"""Reading the source of a facade."""

from pathlib import Path

import pytest

from scripts.contract.diff.impact.facade import Facade, read_facade
from scripts.contract.errors import CannotRunError
from tests.contract.diff.reviewing import ROOT

METHODS = """\
METHODS: dict[str, object] = {
    "pets.rename": ("rename_pet", "get_pet"),
    "pets.list": ("list_pets",),
    "pets.delete": ("delete_pet",),
}
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
    assert rename.parameters == rename.required == {"pet_id", "name"}
    assert listing.parameters == {"limit"}
    assert listing.required == set()
    assert [each.returns for each in (rename, listing, delete)] == ["Pet", "Pet", ""]
    assert [each.many for each in (rename, listing, delete)] == [False, True, False]
    assert facade.annotations == {"Pet.id": "str", "Pet.name": "str | None"}
    assert facade.sent_in("rename_pet") == {"pet_id", "name", "location_id"}
    assert facade.sent_in("unknown") == {"location_id"}


ABOVE = """\
from generated_client import types
from generated_client.api.pets import create_pets, delete_pet
class AsyncPetBatch:
    size = 100
    def sizes(self): return create_pets
    async def count(self): ...
    async def create(self, pets): return await self._send(create_pets.get_kwargs(body=pets))
"""
INSIDE = """\
class AsyncPetBatch:
    def delete(self, pet_id):
        from generated_client.api.pets import delete_pet as operation
        return operation.get_kwargs(pet_id)
    def create(self, pets):
        from generated_client.api.pets import create_pets as operation
        return operation.get_kwargs(body=pets)
"""
ALONE = "from generated_client.api.pets import create_pets\n"


def test_a_method_that_sends_an_undeclared_operation_is_internal(folder: Path) -> None:
    for batch, name in (
        (ABOVE, "AsyncPetBatch.create"),
        (INSIDE, "AsyncPetBatch.create"),
        (ALONE, "create_pets"),  # without a method it is named itself
    ):
        (folder / "_async/batch.py").write_text(batch)
        (sender,) = read_facade(folder).internal
        assert (sender.name, sender.source) == (name, "facade/_async/batch.py")
        assert sender.operations == {"create_pets"}


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
    assert [each.name for each in facade.internal] == ["AsyncPatientRelations.create_together"]
