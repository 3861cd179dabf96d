"""Python names are those of the generator."""

import pytest
from openapi_python_client import strings

from scripts.diff.names import class_name, python_name

ODD = "first-name.x y|HTTPError|getURLOfPet|petID|x2y|v3Pet|pet's {name}|größe|a__b|$?|FirstName"


@pytest.mark.parametrize("name", ODD.split("|"))
def test_a_name_is_that_of_the_generator(name: str) -> None:
    assert python_name(name) == strings.snake_case(name)
    assert class_name(name) == strings.pascal_case(name)
