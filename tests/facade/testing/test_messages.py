"""Messages: what is no JSON, and the codes of nested errors."""

import pytest

from facade.testing.messages import Refusal, Request, error_body


@pytest.mark.parametrize("body", [b"{", b'{"key": NaN}', b"[" * 90_000])
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    request = Request("POST", "/", {"content-type": "application/json"}, body)
    with pytest.raises(Refusal, match="The body is not JSON: "):
        assert request.json


@pytest.mark.parametrize(
    ("status", "code"), [(422, "UNPROCESSABLE_ENTITY"), (207, "MULTI_STATUS"), (599, "ERROR")]
)
def test_the_code_of_a_nested_error_is_its_reason_phrase(status: int, code: str) -> None:
    assert error_body(status, "text", is_nested=True)["error"]["code"] == code
