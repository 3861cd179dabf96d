"""Whether every value that is sent is accepted, whatever the notation; expected by hand.

Each row is compared as a request and as a response body, bare and nested, inline and by reference,
and backwards.
"""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

from tests.contract.diff.documents import S, has
from tests.contract.diff.schemas import (
    AB,
    B_,
    INT,
    R_,
    S_,
    Row,
    any_of,
    each_row,
    one_of,
    read_only,
    severities,
    texts,
    write_only,
)

UNIONS: list[Row] = [
    ("a type becomes one of two", S, one_of(S, INT), S_, B_, B_, S_),
    ("a type becomes one of two, with a limit as sibling", texts(maxLength=9), one_of(S, INT, maxLength=9), S_, B_, B_, S_),
    ("an alternative that another one contains", any_of(S, INT), any_of(S, INT, AB), S_, S_, S_, S_),
    ("an alternative gains an optional property", any_of(has(), INT), any_of(has(r=S), INT), S_, S_, B_, B_),
    ("an alternative gains a required property", any_of(has(), INT), any_of(has("r", r=S), INT), B_, S_, B_, B_),
    ("an alternative gains a value", one_of({**S, "enum": ["a"]}, INT), one_of(AB, INT), S_, B_, B_, S_),
    ("listed values become a wider union", AB, one_of(S, INT), S_, B_, B_, S_),
]  # fmt: skip

DIRECTED: list[Row] = [
    ("a required property is no longer read-only", has("a", a=read_only(S)), has("a", a=S), B_, S_, B_, S_),
    ("an optional property is no longer read-only", has(a=read_only(S)), has(a=S), R_, S_, B_, S_),
    ("a required property is no longer write-only", has("a", a=write_only(S)), has("a", a=S), S_, S_, S_, B_),
    ("a required read-only property is added", has(b=S), has("a", a=read_only(S), b=S), S_, S_, S_, B_),
    ("a required write-only property is added", has(b=S), has("a", a=write_only(S), b=S), B_, S_, B_, S_),
    ("a limit on what the client does not send", has(a=read_only(S)), has(a=read_only(texts(maxLength=5))), S_, S_, S_, B_),
    ("a limit on what the server does not send", has(a=write_only(S)), has(a=write_only(texts(maxLength=5))), B_, S_, S_, S_),
    ("a limit deep in what the client does not send", has(a=read_only(has(b=S))), has(a=read_only(has(b=INT))), S_, B_, S_, B_),
    ("required and read-only alike, both go", has("a", a=read_only(S)), has(), S_, B_, S_, S_),
]  # fmt: skip

PROVED: list[Row] = [
    ("multiples of one are whole", {"type": "number", "multipleOf": 1}, INT, S_, S_, S_, S_),
    ("a property among typed ones", {"type": "object", "additionalProperties": S}, {"type": "object", "properties": {"a": S}, "additionalProperties": S}, S_, S_, S_, B_),
    ("listed values become free", AB, S, S_, B_, B_, S_),
    ("listed values of a boolean", {"type": "boolean"}, {"type": "boolean", "enum": [True, False]}, S_, S_, S_, S_),
    ("all becomes closed", {"type": "object"}, {"type": "object", "additionalProperties": False}, B_, S_, S_, R_),
]  # fmt: skip


@each_row(UNIONS + DIRECTED + PROVED)
def test_a_break_depends_on_the_accepted_values(
    old: Any, new: Any, sent: str, received: str, sent_back: str, received_back: str
) -> None:
    assert severities(old, new) == {(sent, received, sent_back, received_back)}
