"""What an error body says is read in each form that HighLevel sends."""

from typing import Any

import pytest

from facade._core.reasons import Reasons, read_reasons

V3 = {"code": "NO_X", "message": "no", "details": {"field": "id"}, "resolution": "check the id"}
V3_SAYS = Reasons(("no",), "NO_X", {"field": "id"}, "check the id")


@pytest.mark.parametrize(
    ("body", "expected", "text", "summary"),
    [
        ({"message": ["no", 5, "", "b"]}, Reasons(("no", "b"), is_list=True), "no\nb", "no; b"),
        (
            {"statusCode": 422, "message": "no", "error": "Unprocessable Entity"},
            Reasons(("no",), status=422, label="Unprocessable Entity"),
            "no",
            "no",
        ),
        ({"statusCode": True, "message": None, "error": None}, Reasons(), "", ""),
        ({"error": V3, "traceId": "t-1"}, V3_SAYS, "no\nNO X", "no - check the id"),
        (
            {"error": {"code": "X", "statusCode": 404}, "message": "no", "statusCode": 409},
            Reasons(("no",), "X", status=404),
            "no\nX",
            "no",
        ),
        (
            {"error": "Un!", "error_description": "Code not found"},
            Reasons(("Un!", "Code not found"), label="Un!"),
            "Un!\nCode not found",
            "Un!; Code not found",
        ),
        ({"error_description": "no"}, Reasons(("no",)), "no", "no"),
        (
            {"code": "OPPORTUNITY_NO_DUPLICATE", "meta": {"existingId": "o1"}},
            Reasons((), "OPPORTUNITY_NO_DUPLICATE", {"existingId": "o1"}),
            "OPPORTUNITY NO DUPLICATE",
            "OPPORTUNITY_NO_DUPLICATE",
        ),
        ({"code": 404, "details": [1], "statusCode": "422"}, Reasons(details=[1]), "", ""),
        ({"resolution": "do c"}, Reasons(resolution="do c"), "", "do c"),
        (["message"], Reasons(), "", ""),
        (None, Reasons(), "", ""),
    ],
)
def test_a_body_says_the_same_in_each_form_and_a_resolution_is_no_reason(
    body: Any, expected: Reasons, text: str, summary: str
) -> None:
    reasons = read_reasons(body)
    assert reasons == expected
    assert (reasons.text, reasons.summary) == (text, summary)
