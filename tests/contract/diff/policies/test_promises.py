"""What a document states about its future: sunset days, stability levels, its version."""

from datetime import date
from typing import Any

import pytest

from scripts.contract.diff.policies.promises import (
    is_major_step,
    stability_levels,
    stated_version,
    sunset,
)
from tests.contract.diff.documents import Json, document, operation

GET = "/paths/~1pets~1{id}/get"
DAY = date(2030, 5, 4)
NO_DAY = "is not a day as 2030-12-31"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"deprecated": True, "x-sunset": "2030-05-04"}, DAY),
        ({"deprecated": True, "x-sunset": "2030-05-04T10:00:00Z"}, DAY),
        ({"deprecated": True}, None),
        ({"deprecated": True, "x-sunset": None}, None),
        ({"deprecated": False, "x-sunset": "2030-05-04"}, None),
        ({"deprecated": "yes", "x-sunset": "2030-05-04"}, None),
        ({"x-sunset": "2030-05-04"}, None),
        ({"deprecated": True, "x-sunset": "soon"}, f"x-sunset 'soon' at GET /pets/{{id}} {NO_DAY}"),
        ({"deprecated": True, "x-sunset": 2030}, f"x-sunset 2030 at GET /pets/{{id}} {NO_DAY}"),
    ],
)
def test_a_sunset_is_the_last_day_of_a_deprecated_item(fields: Json, expected: Any) -> None:
    assert sunset(operation(**fields), GET) == expected


@pytest.mark.parametrize("pointer", [f"{GET}/parameters/0", f"{GET}/operationId", "elsewhere"])
def test_a_missing_place_or_a_scalar_has_no_sunset(pointer: str) -> None:
    assert sunset(operation(), pointer) is None


def test_a_long_invalid_sunset_is_truncated() -> None:
    given = operation(**{"deprecated": True, "x-sunset": "x" * 100})
    assert sunset(given, GET) == f"x-sunset '{'x' * 39} at GET /pets/{{id}} {NO_DAY}"


LEVEL = "x-stability-level"


def test_a_level_is_read_from_the_operation_or_else_from_its_path() -> None:
    paths = {
        "/pets/{id}": {LEVEL: "alpha", "get": {LEVEL: "beta"}, "put": {}},
        "/cats": {"get": {}},
        "/dogs": {"get": {LEVEL: 1}},
    }
    assert stability_levels(document(paths)) == {"GET /pets/{}": "beta", "PUT /pets/{}": "alpha"}


def test_a_document_states_its_version() -> None:
    assert stated_version(document(info={"version": "1.2"})) == "1.2"
    assert stated_version(document(info={"version": 2})) == "2"
    assert stated_version(document(info={})) == ""
    assert stated_version(document(info="Pets")) == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1.2.0", "2.0.0", True),
        ("v1", "v2", True),
        ("1.9.9-rc.1", "2", True),
        ("1.0+5", "2.0", True),
        ("9.0", "10.0", True),
        ("1.0.0", "1.1.0", False),
        ("2.0.0", "1.0.0", False),
        ("2021-04-15", "2022-01-01", False),
        ("1.0", "2022-01-01", False),
        ("one", "2.0.0", False),
        ("", "2.0.0", False),
    ],
)
def test_a_major_step_raises_the_first_number(old: str, new: str, expected: bool) -> None:
    assert is_major_step(old, new) is expected
