"""The references of a document, including the targets of its discriminators."""

from pathlib import Path

import pytest

from scripts.contract.errors import CannotRunError

from ..published import ROOT, capture, captured, write

ANIMALS = {
    "Pet": {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {
                "cat": "#/components/schemas/Cat",
                "dog": "Dog",
                "cow": "farm.json#/Cow",
                "pig": "pig.json",
            },
        },
    },
    "Cat": {"type": "object"},
    "Dog": {"type": "object"},
}
MAPPED = {name: f"#/components/schemas/{name.capitalize()}" for name in ("cat", "dog", "cow")}


def test_the_targets_of_a_discriminator_are_captured(empty_project: Path, tmp_path: Path) -> None:
    write(tmp_path / "pets.json", {"components": {"schemas": ANIMALS}})
    write(tmp_path / "farm.json", {"Cow": {"type": "object"}})
    write(tmp_path / "pig.json", {"type": "object"})
    pet = {"items": {"$ref": "pets.json#/components/schemas/Pet"}}
    root = {**ROOT, "paths": {}, "components": {"schemas": {"Pets": pet}}}
    capture(write(tmp_path / "a.json", root))
    schemas = captured(empty_project)["components"]["schemas"]
    assert schemas.keys() == {"Pets", "Pet", "Cat", "Dog", "Cow", "pig"}
    mapping = schemas["Pet"]["discriminator"]["mapping"]
    assert mapping == {**MAPPED, "pig": "#/components/schemas/pig"}


def test_a_target_in_the_document_itself_is_not_changed(
    empty_project: Path, tmp_path: Path
) -> None:
    write(tmp_path / "farm.json", {"Cow": {"type": "object"}})
    write(tmp_path / "pig.json", {"type": "object"})
    root = {**ROOT, "paths": {}, "components": {"schemas": ANIMALS}}
    capture(write(tmp_path / "a.json", root))
    mapping = captured(empty_project)["components"]["schemas"]["Pet"]["discriminator"]["mapping"]
    assert mapping == {**MAPPED, "dog": "Dog", "pig": "#/components/schemas/pig"}


@pytest.mark.parametrize("target", ["#/components/schemas/Gone", "Gone"])
def test_an_absent_target_is_refused(target: str, empty_project: Path, tmp_path: Path) -> None:
    pet = {"discriminator": {"propertyName": "kind", "mapping": {"x": target}}}
    root = {**ROOT, "paths": {}, "components": {"schemas": {"Pet": pet}}}
    with pytest.raises(CannotRunError, match="'#/components/schemas/Gone' points at nothing"):
        capture(write(tmp_path / "a.json", root))
