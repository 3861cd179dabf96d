"""What an error body says is read in each form that HighLevel sends."""

from typing import Any

import pytest

from facade._core.reasons import Reasons, read_reasons

V3 = {
    "error": {
        "code": "RECORD_NOT_FOUND",
        "message": "no such record",
        "details": {"field": "id"},
        "resolution": "check the id",
    },
    "traceId": "t-1",
}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"message": "no"}, Reasons(("no",))),
        ({"message": ["no", 5, ""]}, Reasons(("no",), is_list=True)),
        (
            {"statusCode": 422, "message": "no", "error": "Unprocessable Entity"},
            Reasons(("no",), status=422, label="Unprocessable Entity"),
        ),
        ({"statusCode": True, "message": None, "error": None}, Reasons()),
        (V3, Reasons(("no such record",), "RECORD_NOT_FOUND", {"field": "id"}, "check the id")),
        ({"error": {"message": ["a", "b"]}}, Reasons(("a", "b"), is_list=True)),
        ({"error": {"code": "X"}, "message": "no", "statusCode": 409}, Reasons(("no",), "X")),
        (
            {"error": "UnAuthorized!", "error_description": "Authorization code not found"},
            Reasons(("UnAuthorized!", "Authorization code not found"), label="UnAuthorized!"),
        ),
        ({"error_description": "no"}, Reasons(("no",))),
        ({"error": "invalid_grant"}, Reasons(("invalid_grant",), label="invalid_grant")),
        (
            {"code": "OPPORTUNITY_NO_DUPLICATE", "meta": {"existingId": "o1"}},
            Reasons((), "OPPORTUNITY_NO_DUPLICATE", {"existingId": "o1"}),
        ),
        ({"code": 404, "details": [1]}, Reasons(details=[1])),
        (["message"], Reasons()),
        ("no", Reasons()),
        (None, Reasons()),
    ],
)
def test_a_body_says_the_same_in_each_form(body: Any, expected: Reasons) -> None:
    assert read_reasons(body)._replace(status=expected.status) == expected


def test_the_status_is_a_number_in_the_body() -> None:
    bodies: list[Any] = [{"statusCode": 422}, {"error": {"statusCode": 404}}, {"statusCode": "422"}]
    assert [read_reasons(body).status for body in [*bodies, {"statusCode": True}]] == [
        422,
        404,
        0,
        0,
    ]


@pytest.mark.parametrize(
    ("reasons", "text", "summary"),
    [
        (Reasons(("a", "b"), "NO_X", None, "do c"), "a\nb\nNO X", "a; b - do c"),
        (Reasons((), "NO_X"), "NO X", "NO_X"),
        (Reasons((), None, None, "do c"), "", "do c"),
        (Reasons(("a",)), "a", "a"),
        (Reasons(("\x1b[31mred\r\n",)), "\x1b[31mred", "\\x1b[31mred\\r\\n"),
        (Reasons(), "", ""),
    ],
)
def test_a_resolution_is_told_but_is_no_reason(reasons: Reasons, text: str, summary: str) -> None:
    assert (reasons.text, reasons.summary) == (text, summary)
