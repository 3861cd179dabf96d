"""Options choose between responses; tests/witnesses uses each recorded one."""

from typing import Any, get_args

import pytest

from facade.testing import Sandbox, Variants
from facade.testing.variants import chosen


def test_each_listed_value_can_be_chosen_and_the_first_one_is_the_default() -> None:
    values = {name: get_args(kind) for name, kind in Variants.__annotations__.items()}
    del values["list_lag"], values["answers"]
    default = {name: choices[0] for name, choices in values.items()}
    default |= {"list_lag": 0.0, "answers": {}}
    assert vars(chosen({})) == default
    others: Variants = {"list_lag": 2.5, "answers": {"relation_exists": (409, "")}}
    assert vars(chosen(others)) == default | others
    for name, choices in values.items():
        for value in choices:
            options: Any = {name: value}
            assert vars(chosen(options)) == default | options


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"answers": {"relation_exist": (409, "")}}, "relation_exist: not a name of a response"),
        ({"created_relation_id": 1}, r"must be one of \(True, False\), not 1"),
        ({"list_lag": -1}, "list_lag must be 0 seconds or more"),
        ({"sides": "turned"}, r"sides must be one of \('kept', 'swapped'\), not 'turned'"),
        ({"side": "kept"}, "side: not an option of Sandbox; those for variants are update_body, "),
    ],
)
def test_an_unknown_option_value_or_answer_is_refused(options: Any, problem: str) -> None:
    with pytest.raises((TypeError, ValueError), match=problem):
        Sandbox(**options)
