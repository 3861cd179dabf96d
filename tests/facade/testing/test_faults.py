"""Each fault affects the selected requests as documented."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from facade.testing import Fault, Response, Sandbox, Selection, faults
from facade.testing.messages import DroppedConnectionError
from tests.facade.testing.conftest import App, keys

HTML, JSON = "text/html; charset=utf-8", "application/json; charset=utf-8"
TEXT = "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("status", "content_type"),
    [(502, HTML), (504, HTML), (520, HTML), (527, HTML), (500, JSON), (503, JSON), (418, JSON)],
)
@pytest.mark.parametrize("after_work", [False, True])
def test_a_status_comes_before_or_after_the_work(
    status: int, content_type: str, after_work: bool, app: App
) -> None:
    app.sandbox.misbehave(faults.fail(status, after_work=after_work))
    response = app.create("pets")
    assert (response.status_code, response.headers["content-type"]) == (status, content_type)
    assert str(status) in response.text
    assert keys(app.sandbox) == ["pets"] * after_work


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "text"),
    [
        (faults.html(), 201, HTML, "<!DOCTYPE html>.*</html>"),
        (faults.truncated(), 201, JSON, '{"id": "6a44[^}]*'),
        (faults.empty(), 201, None, ""),
        (faults.false_422(), 422, JSON, "{.*}"),
        (faults.fail(400, message=["one", "two"]), 400, JSON, '.*"message": ."one", "two".*}'),
        (faults.fail(500), 500, JSON, '{"statusCode": 500, "message": "Internal S.*}'),
        (faults.fail(599), 599, JSON, '{"statusCode": 599, "message": "Something w.*}'),
        (faults.fail(503, body="empty"), 503, None, ""),
        (faults.fail(403, body="text", message="gone"), 403, TEXT, "gone"),
        (faults.alter(lambda body: [body["key"]]), 201, JSON, '."pets".'),
    ],
)
def test_a_response_comes_with_an_odd_body(
    fault: Fault, status: int, content_type: str | None, text: str, app: App
) -> None:
    app.sandbox.misbehave(fault)
    response = app.create("pets")
    assert (response.status_code, response.headers.get("content-type")) == (status, content_type)
    assert re.fullmatch(text, response.text)
    assert keys(app.sandbox) == ["pets"] * (status in (201, 422))


def test_a_delay_is_before_or_after_the_work_a_cut_in_the_middle_and_a_drop_may_reset() -> None:
    assert faults.delay(2.0) == Fault(wait_after=2.0)
    assert faults.delay(2.0, before_work=True) == Fault(wait_before=2.0)
    cut = faults.truncated().afterwards
    assert cut is None or cut(Response(200, b'"12345"', {})).body == b'"12'
    instead = faults.drop("before_work", reset=True).instead
    with pytest.raises(DroppedConnectionError) as caught:
        assert instead is None or instead()
    assert (caught.value.when, caught.value.reset) == ("before_work", True)


@pytest.mark.parametrize(
    ("fault", "left", "via"),
    [
        (faults.add_headers({"X-RateLimit-Remaining": "0", "Via": "a proxy"}), "0", "a proxy"),
        (faults.alter(lambda body: body), "4", None),
        (faults.html(), "4", None),
    ],
)
def test_a_response_keeps_its_headers_but_for_those_that_are_replaced(
    fault: Fault, left: str, via: str | None
) -> None:
    app = App(Sandbox(limit=(5, 10.0)))
    app.sandbox.misbehave(fault)
    headers = app.ask("GET", "x").headers
    names = ("x-ratelimit-max", "x-ratelimit-remaining", "via")
    assert [headers.get(name) for name in names] == ["5", left, via]


def test_a_refusal_has_no_rate_headers_and_at_most_a_retry_after() -> None:
    app = App(Sandbox(limit=(9, 9.0)))
    options: list[dict[str, Any]] = [{}, {"retry_after": 3}, {"retry_after": 600, "as_date": True}]
    found = []
    for given in options:
        with app.sandbox.misbehave(faults.rate_limit(**given)):
            response = app.create("pets")
        assert response.status_code == 429
        assert "ratelimit" not in str(response.headers)
        found.append(response.headers.get("retry-after", ""))
    assert found[:2] == ["", "3"]
    assert found[2].endswith(" GMT")
    assert 500 < (parsedate_to_datetime(found[2]) - datetime.now(UTC)).total_seconds() <= 600
    assert keys(app.sandbox) == []


@pytest.mark.parametrize(
    ("on", "hit"),
    [
        (None, ["POST", "PUT", "GET"]),
        ("update_association", ["PUT"]),
        ("GET", ["GET"]),
        (["create_association", "PUT"], ["POST", "PUT"]),
        (lambda received: received.path.endswith("/x"), ["PUT", "GET"]),
    ],
)
def test_a_fault_applies_to_its_requests_only(
    on: Selection | None, hit: list[str], app: App
) -> None:
    fault = app.sandbox.misbehave(faults.fail(500), on=on)
    responses = [app.create("pets"), app.update("x", "A", "B"), app.ask("GET", "x")]
    assert [one.request.method for one in responses if one.status_code == 500] == hit
    assert fault.hits == len(hit)


FAULT = faults.fail()


@pytest.mark.parametrize(
    ("use", "problem"),
    [
        (lambda: Sandbox().misbehave(FAULT, on="update_asociation"), "update_asociation: neither"),
        (lambda: faults.drop("after"), "not 'after'"),  # type: ignore[arg-type]
        (lambda: Sandbox().misbehave(FAULT, share=0.0), "share must be above 0"),
        (lambda: Sandbox().misbehave(FAULT, share=1.1), "share must be 0 to 1"),
    ],
)
def test_a_misspelled_choice_is_an_error(use: Callable[[], object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        use()


def test_a_fault_applies_to_a_share_of_requests_and_to_the_same_ones_each_time() -> None:
    def hits(**seed: Any) -> list[int]:
        app = App()
        app.sandbox.misbehave(faults.fail(500), share=0.2, **seed)
        return [number for number in range(100) if app.ask("GET", "x").status_code == 500]

    assert hits() == hits(seed=0) != hits(seed=1)
    assert 10 <= len(hits()) <= 30


def test_a_fault_ends_after_its_count_after_its_block_and_by_stop_faults(app: App) -> None:
    def status() -> int:
        return app.ask("GET", "x").status_code

    app.sandbox.misbehave(faults.fail(503), times=2)
    with app.sandbox.misbehave(faults.fail(500)) as active:
        assert [status(), status(), status(), active.hits] == [503, 503, 500, 1]
    app.sandbox.misbehave(faults.fail(502))
    assert status() == 502
    app.sandbox.stop_faults()
    assert status() == 404
