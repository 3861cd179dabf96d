"""What a document states about its future: sunset days, stability levels, its version."""

from datetime import date
from typing import Any

from scripts.diff.policies.promises import (
    is_major_step,
    stability_levels,
    stated_version,
    sunset,
)
from tests.diff.documents import document, operation

GET = "/paths/~1pets~1{id}/get"
LEVEL = "x-stability-level"


def test_a_sunset_is_the_last_day_of_a_deprecated_item() -> None:
    no_day = "at GET /pets/{id} is not a day as 2030-12-31"
    stated: list[tuple[Any, Any, Any]] = [
        (True, "2030-05-04", date(2030, 5, 4)),
        (True, "2030-05-04T10:00:00Z", date(2030, 5, 4)),
        (True, None, None),
        (False, "2030-05-04", None),
        ("yes", "2030-05-04", None),
        (True, 2030, f"x-sunset 2030 {no_day}"),
        (True, "x" * 99, f"x-sunset '{'x' * 39} {no_day}"),
    ]
    for deprecated, day, expected in stated:
        given = operation(deprecated=deprecated, **{"x-sunset": day})
        assert sunset(given, GET) == expected


def test_a_missing_place_or_a_scalar_has_no_sunset() -> None:
    for place in (f"{GET}/parameters/0", f"{GET}/operationId", "elsewhere", GET):
        assert sunset(operation(), place) is None


def test_a_level_is_read_from_the_operation_or_else_from_its_path() -> None:
    paths = {
        "/pets/{id}": {LEVEL: "alpha", "get": {LEVEL: "beta"}, "put": {}},
        "/cats": {"get": {}},
        "/dogs": {"get": {LEVEL: 1}},
    }
    assert stability_levels(document(paths)) == {"GET /pets/{}": "beta", "PUT /pets/{}": "alpha"}


def test_a_document_states_its_version() -> None:
    infos: list[Any] = [{"version": "1.2"}, {"version": 2}, {}, "Pets"]
    assert [stated_version(document(info=each)) for each in infos] == ["1.2", "2", "", ""]


def test_a_major_step_raises_the_first_number() -> None:
    major = "1.2.0 2.0.0, v1 v2, 1.9.9-rc.1 2, 1.0+5 2.0, 9.0 10.0"
    others = "1.0.0 1.1.0, 2.0.0 1.0.0, 2021-04-15 2022-01-01, 1.0 2022-01-01, one 2.0.0"
    assert [each for each in major.split(", ") if not is_major_step(*each.split())] == []
    assert [each for each in others.split(", ") if is_major_step(*each.split())] == []
