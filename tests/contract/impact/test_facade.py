"""Reading the source of a facade."""

from pathlib import Path

import pytest

from scripts.contract.impact.facade import Facade, FacadeMethod, Need, read_facade
from scripts.errors import CannotRunError

METHODS = """\
METHODS: dict[str, object]
METHODS: dict[str, object] = {
    "pets.rename": ("rename_pet", "get_pet"),
    "pets.list": ("list_pets",),
    "pets.delete": ("delete_pet",),
    "pets.gone": (),
    "cats.list": (),
}
INTERNAL = {"AsyncPetBatch.create": ("_async/pets.py", "create_pets"), "A.b": ("gone.py",)}
NEEDS = {"rename_pet": {"sends": "name", "classes": "RenameBody"}}
"""
PETS = """\
class AsyncPets:
    async def rename(self, pet_id: str, *, name: str, **options) -> "Pet": ...
    async def list(self, *, limit: int = 100) -> AsyncIterator[Pet]: ...
    async def delete(self, pet_id: str) -> None: ...
class AsyncPetBatch:
    async def create(self, pets, extra): ...
"""
MODELS = "class Pet:\n    id: str\n    name: str | None = None\n    def a(self): ...\nimport a\n"
OPTIONS = "\nBASE_URL: str = 'https://a.test'\n"
SOURCE = "facade/_async/pets.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    sources = {"_core/methods": METHODS, "_async/pets": PETS, "_sync/pets": "", "models": MODELS}
    for name, text in (sources | {"_core/client_options": OPTIONS}).items():
        path = tmp_path / f"facade/{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "facade"


def test_methods_have_their_declared_operations_and_what_their_source_says(folder: Path) -> None:
    name, body = frozenset({"name"}), frozenset({"RenameBody"})
    facade = read_facade(folder)
    assert facade == Facade(
        {
            each.name: each
            for each in (
                FacadeMethod(
                    *("pets.rename", ("rename_pet", "get_pet"), SOURCE, "Pet"),
                    *(("pet_id",), {"name": None}),
                ),
                FacadeMethod(
                    *("pets.list", ("list_pets",), SOURCE, "Iterator[Pet]", (), {"limit": 100})
                ),
                FacadeMethod("pets.delete", ("delete_pet",), SOURCE, "None", ("pet_id",)),
                FacadeMethod("pets.gone", (), SOURCE),
                FacadeMethod("cats.list", (), ""),
            )
        },
        (
            FacadeMethod("AsyncPetBatch.create", ("create_pets",), SOURCE, "", ("pets", "extra")),
            FacadeMethod("A.b", (), "facade/gone.py"),
        ),
        {"Pet.id": "str", "Pet.name": "str | None"},
        {"rename_pet": Need(sends=name, classes=body)},
        *("https://a.test", "facade/_core/client_options.py"),
        {
            "pets.rename": f"{SOURCE}:2",
            "pets.list": f"{SOURCE}:3",
            "pets.delete": f"{SOURCE}:4",
            "pets.gone": SOURCE,
            "AsyncPetBatch.create": f"{SOURCE}:6",
            "Pet.id": "facade/models.py:2",
            "Pet.name": "facade/models.py:3",
            "BASE_URL": "facade/_core/client_options.py:2",
        },
    )
    rename, listing, delete, *_ = facade.methods.values()
    assert [each.model for each in (rename, listing, delete)] == ["Pet", "Pet", ""]
    assert [each.many for each in (rename, listing, delete)] == [False, True, False]
    assert [each.name for each in facade.senders] == [
        *facade.methods,
        "AsyncPetBatch.create",
        "A.b",
    ]
    assert facade.resources == {"pets", "cats"}
    assert rename.parameters == {"pet_id", "name"}


def test_a_facade_that_is_missing_is_empty_and_one_that_cannot_be_read_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    assert read_facade(tmp_path / "none") == Facade()
    (folder / "_core/methods.py").write_text("OTHER = {}")
    with pytest.raises(CannotRunError, match="does not assign METHODS"):
        read_facade(folder)
