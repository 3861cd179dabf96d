"""Messages: what is read of a request, and what an error is in a response."""

import time
from typing import Any

import pytest

from facade.testing import messages
from facade.testing.messages import Refusal, Request, Response, error_body, json_response, refused

JSON = {"Content-Type": "application/json; charset=utf-8"}


def test_a_request_has_a_path_a_query_and_json_if_it_says_so() -> None:
    headers = {"content-type": "application/json", "authorization": "secret"}
    request = Request("POST", "/a%2Fb?x=1&x=&y", headers, b'{"key": 1}')
    found = (request.path, request.query, request.json)
    assert found == ("/a%2Fb", {"x": ["1", ""], "y": [""]}, {"key": 1})
    assert "secret" not in repr(request)
    assert Request("POST", "/", {}, b"{}").json is None
    values: list[Any] = [{"key": 1}, [], None]
    assert [messages.as_object(one) for one in values] == [{"key": 1}, None, None]


def test_a_refusal_is_a_response_with_its_text() -> None:
    assert {status for status, _ in messages.REFUSALS.values()} == {400, 404, 422}
    error = refused("relation_limit", 1, "ann", "pets")
    assert (error.status, error.name, str(error)) == (400, "relation_limit", error.message)
    assert error.message == "Max relation limit[1] reached for record[ann] for association[pets]"
    body = b'{"statusCode": 599, "message": "no"}'
    assert json_response(599, error_body(599, "no")) == Response(599, body, JSON)
    assert json_response(200, [], {"A": "b"}) == Response(200, b"[]", {**JSON, "A": "b"})


def test_the_waits_of_an_exchange_are_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept = list[float]()
    monkeypatch.setattr(time, "sleep", slept.append)
    steps: Any = iter([2.0, 1, "response"])
    assert (messages.run(steps), slept) == ("response", [2.0, 1])


@pytest.mark.parametrize("body", [b"{", b'{"key": NaN}', b"[" * 90_000])
def test_a_body_that_is_not_json_is_refused(body: bytes) -> None:
    request = Request("POST", "/", {"content-type": "application/json"}, body)
    with pytest.raises(Refusal, match="The body is not JSON: ") as raised:
        assert request.json
    assert raised.value.status == 400


@pytest.mark.parametrize(
    ("status", "code"), [(422, "UNPROCESSABLE_ENTITY"), (207, "MULTI_STATUS"), (599, "ERROR")]
)
def test_the_code_of_a_nested_error_is_its_reason_phrase(status: int, code: str) -> None:
    assert error_body(status, "text", is_nested=True)["error"]["code"] == code
