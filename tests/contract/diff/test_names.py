"""Python names are those of the generator."""

import pytest
from openapi_python_client import strings

from scripts.contract.diff.names import class_name, python_name

# name in a contract, in Python, and as a class
NAMES: list[tuple[str, str, str]] = [
    ("name", "name", "Name"),
    ("firstName", "first_name", "FirstName"),
    ("first_name", "first_name", "FirstName"),
    ("first-name.x y", "first_name_x_y", "FirstNameXY"),
    ("FirstName", "first_name", "FirstName"),
    ("HTTPError", "http_error", "HTTPError"),
    ("getURLOfPet", "get_url_of_pet", "GetURLOfPet"),
    ("petID", "pet_id", "PetID"),
    ("x2y", "x2y", "X2y"),
    ("v3Pet", "v_3_pet", "V3Pet"),
    ("pet's {name}", "pets_name", "PetsName"),
    ("größe", "größe", "Größe"),
    ("a__b", "a_b", "AB"),
    ("$?", "", ""),
]


@pytest.mark.parametrize(("name", "in_python", "as_class"), NAMES)
def test_a_name_is_that_of_the_generator(name: str, in_python: str, as_class: str) -> None:
    assert python_name(name) == in_python == strings.snake_case(name)
    assert class_name(name) == as_class == strings.pascal_case(name)
