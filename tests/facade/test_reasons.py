"""What an error body says is read in each form that HighLevel sends."""

from typing import Any

import pytest

from facade import errors
from facade._core.reasons import Reasons, quoted, read_reasons

V3 = {"code": "NO_X", "message": "no", "details": {"field": "id"}, "resolution": "check the id"}
V3_SAYS = Reasons(("no",), "NO_X", {"field": "id"}, "check the id")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message": ["no", 5, "", "b"]}, Reasons(("no", "b"), is_list=True)),
        ({"message": "no", "error": "Phrase"}, Reasons(("no",), label="Phrase")),
        ({"statusCode": 422, "error": None}, Reasons(status=422)),
        ({"statusCode": True, "message": None}, Reasons()),
        ({"error": V3, "traceId": "t-1"}, V3_SAYS._replace(trace_id="t-1")),
        ({"error": {"code": "X", "statusCode": 4}, "statusCode": 9}, Reasons((), "X", status=4)),
        ({"error": "A!", "error_description": "B"}, Reasons(("A!", "B"), label="A!")),
        ({"error_description": "no"}, Reasons(("no",))),
        ({"code": "NO_X", "meta": {"existingId": "o"}}, Reasons((), "NO_X", {"existingId": "o"})),
        ({"code": 404, "details": [1], "statusCode": "422"}, Reasons(details=[1])),
        (["message"], Reasons()),
        (None, Reasons()),
    ],
)
def test_a_body_says_the_same_in_each_form(body: Any, expected: Reasons) -> None:
    assert read_reasons(body) == expected


@pytest.mark.parametrize(
    ("reasons", "text", "summary"),
    [
        (Reasons(("a", "b"), "NO_X", None, "do c"), "a\nb\nNO X", "a; b - do c"),
        (Reasons((), "NO_X"), "NO X", "NO_X"),
        (Reasons(resolution="do c"), "", "do c"),
        (Reasons(("\x1b[31mred\r\n",)), "\x1b[31mred", "\\x1b[31mred\\r\\n"),
    ],
)
def test_a_resolution_is_told_but_is_no_reason(reasons: Reasons, text: str, summary: str) -> None:
    assert (reasons.text, reasons.summary) == (text, summary)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ({"message": ["One.", "Two."]}, "One.; Two."),
        ("<html><TITLE>503 Not\n now</TITLE></html>", "Not now"),
        ("x" * 101, "x" * 100),
        (f"{' ' * 10_000}<title>no</title>", "<title>no</title>"),
        ({"message": 5}, ""),
        ({"code": "NO_X"}, "NO_X"),
    ],
)
def test_a_response_is_quoted_in_one_line(body: Any, line: str) -> None:
    assert quoted(errors.APIStatusError("", status_code=503, body=body)) == line
