"""YAML with the types of JSON and no others."""

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("day: 2021-07-28", {"day": "2021-07-28"}),
        ("answer: no", {"answer": "no"}),
        ("answer: off", {"answer": "off"}),
        ("200: here", {"200": "here"}),
        ("true: here", {"true": "here"}),
        ("code: 0123", {"code": "0123"}),
        ("code: 0x1F", {"code": "0x1F"}),
        ("time: 12:30:45", {"time": "12:30:45"}),
        ("many: 1_000", {"many": "1_000"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        (
            "a: 1\nb: -2.5\nc: 1e3\nd: true\ne: null\nf:",
            {"a": 1, "b": -2.5, "c": 1000.0, "d": True, "e": None, "f": None},
        ),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("{a: b}", {"a": "b"}),
        ("- &x []\n- [*x]", [[], [[]]]),
        ("a: ! [1]\nb: ! {c: 1}", {"a": [1], "b": {"c": 1}}),
        ("a: &x b\n*x : 1", {"a": "b", "b": 1}),
        ("a: !!str 1\nb: ! 2\nc: !!int 3\nd: !!float 4", {"a": "1", "b": "2", "c": 3, "d": 4}),
        ("a: '1'\nb: \"true\"", {"a": "1", "b": "true"}),
    ],
)
def test_yaml_has_the_types_of_json_and_no_others(text: str, expected: object) -> None:
    assert parse(text.encode(), "x.yaml") == expected


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("!!int true", "'true' does not fit the tag 'tag:yaml.org,2002:int'"),
        ("!!int 1.5", "'1.5' does not fit the tag 'tag:yaml.org,2002:int'"),
        ("!!int", "'' does not fit the tag 'tag:yaml.org,2002:int'"),
        ("!!float false", "'false' does not fit the tag 'tag:yaml.org,2002:float'"),
        ("!!bool 1", "'1' does not fit the tag 'tag:yaml.org,2002:bool'"),
        ("!!null text", "'text' does not fit the tag 'tag:yaml.org,2002:null'"),
        ("!!timestamp 2021-07-28", "JSON has no type for the tag 'tag:yaml.org,2002:timestamp'"),
        ("!<int> 1", "JSON has no type for the tag 'int'"),
        ("!!int [1]", "JSON has no type for the tag 'tag:yaml.org,2002:int'"),
        ("1e999", "1e999 is too large a number"),
        ("9" * 5000, "Exceeds the limit"),
    ],
)
def test_a_value_that_json_lacks_is_named_with_file_and_line(value: str, why: str) -> None:
    with pytest.raises(CannotRunError) as caught:
        parse(f"a: 1\nb: {value}\n".encode(), "x.yaml")
    assert str(caught.value).startswith(f"x.yaml is neither JSON nor YAML: {why}")
    assert str(caught.value).endswith(", line 2, column 4")


def test_an_aliased_value_is_not_shared() -> None:
    document = parse(b"a: &x {n: 1}\nb: *x", "x.yaml")
    document["a"]["n"] = 2
    assert document["b"] == {"n": 1}


def test_an_alias_bomb_is_refused_before_it_takes_memory() -> None:
    levels = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    levels += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    with pytest.raises(CannotRunError, match="aliases repeat more than 500,000 values"):
        parse("\n".join(levels).encode(), "x.yaml")
