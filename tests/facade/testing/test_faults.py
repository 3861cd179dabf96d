"""Each fault affects the selected requests as documented."""

from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx
import pytest

from facade.testing import Fault, Sandbox, Selection, faults
from tests.facade.testing.app import App, keys

EDGE = [(status, "text/html; charset=utf-8", status % 2) for status in (502, 504, 520, 527)]
OWN = [(status, "application/json; charset=utf-8", status % 2) for status in (500, 503, 418)]


@pytest.mark.parametrize(("status", "content_type", "after_work"), EDGE + OWN)
def test_a_status_comes_before_or_after_the_work(
    status: int, content_type: str, after_work: int
) -> None:
    app = App(Sandbox(limit=(9, 9.0)))
    app.sandbox.misbehave(faults.fail(status, after_work=bool(after_work)))
    response = app.create("pets")
    assert (response.status_code, response.headers["content-type"]) == (status, content_type)
    assert str(status) in response.text
    assert keys(app.sandbox) == (["pets"] if after_work else [])


def test_an_error_has_the_given_message_and_body_and_a_false_one_comes_after_the_work() -> None:
    app = App(Sandbox())
    app.sandbox.misbehave(faults.fail(400, message=["one", "two"]), times=1)
    app.sandbox.misbehave(faults.fail(503, body="empty"), times=1)
    assert app.create("pets").json()["message"] == ["one", "two"]
    assert app.create("pets").content == b""
    app.sandbox.misbehave(faults.false_422())
    assert app.create("pets").status_code == 422
    assert keys(app.sandbox) == ["pets"]


@pytest.mark.parametrize(
    ("fault", "content_type", "starts", "ends"),
    [
        (faults.html(), "text/html; charset=utf-8", "<!DOCTYPE html>", "</html>"),
        (faults.truncated(), "application/json; charset=utf-8", '{"location', ""),
        (faults.empty(), None, "", ""),
    ],
)
def test_a_success_comes_with_an_unreadable_body(
    fault: Fault, content_type: str | None, starts: str, ends: str
) -> None:
    app = App(Sandbox())
    app.sandbox.misbehave(fault)
    response = app.create("pets")
    assert response.status_code == 201
    assert response.headers.get("content-type") == content_type
    assert response.text.startswith(starts)
    assert response.text.endswith(ends)
    assert not response.text.endswith("}")
    assert (response.text == "") is (content_type is None)


@pytest.mark.parametrize(
    ("fault", "left", "via", "text"),
    [
        (faults.alter(lambda body: [body["message"]]), "4", None, '["Association not found"]'),
        (faults.add_headers({"X-RateLimit-Remaining": "0", "Via": "a proxy"}), "0", "a proxy", ""),
        (faults.html(), "4", None, "<!DOCTYPE html>"),
    ],
)
def test_a_response_keeps_its_headers_but_for_those_that_are_replaced(
    fault: Fault, left: str, via: str | None, text: str
) -> None:
    app = App(Sandbox(limit=(5, 10.0)))
    app.sandbox.misbehave(fault)
    response = app.http.get("/associations/x")
    assert response.text.startswith(text)
    found = [
        response.headers.get(name) for name in ("x-ratelimit-max", "x-ratelimit-remaining", "via")
    ]
    assert found == ["5", left, via]


def test_a_refusal_has_no_rate_headers_and_at_most_a_retry_after() -> None:
    app = App(Sandbox(limit=(9, 9.0)))
    for fault in (
        faults.rate_limit(),
        faults.rate_limit(retry_after=3),
        faults.rate_limit(retry_after=600, as_date=True),
    ):
        app.sandbox.misbehave(fault, times=1)
    responses = [app.create("pets") for _ in range(3)]
    assert [response.status_code for response in responses] == [429, 429, 429]
    assert not any("ratelimit" in name for response in responses for name in response.headers)
    missing, seconds, date = (response.headers.get("retry-after") for response in responses)
    assert (missing, seconds) == (None, "3")
    assert date is not None
    assert date.endswith(" GMT")
    assert 500 < (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds() <= 600
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
def test_a_fault_applies_to_selected_requests_only(on: Selection | None, hit: list[str]) -> None:
    app = App(Sandbox())
    fault = app.sandbox.misbehave(faults.fail(500), on=on)
    responses = [app.create("pets"), app.update("x", "A", "B"), app.http.get("/associations/x")]
    assert [one.request.method for one in responses if one.status_code == 500] == hit
    assert fault.hits == len(hit)


def test_a_misspelled_choice_is_an_error() -> None:
    with pytest.raises(ValueError, match="update_asociation: neither an operation nor a method"):
        Sandbox().misbehave(faults.fail(), on="update_asociation")
    with pytest.raises(ValueError, match="not 'after'"):
        faults.drop("after")  # type: ignore[arg-type]
    for share in (0.0, 1.1):
        with pytest.raises(ValueError, match="it is a probability"):
            Sandbox().misbehave(faults.fail(), share=share)
    with pytest.raises(ValueError, match="update_body must be one of"):
        Sandbox(update_body="bare")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="There is no location elsewhere"):
        Sandbox().associations(location_id="elsewhere")


def test_a_fault_applies_to_a_share_of_requests_and_to_the_same_ones_each_time() -> None:
    def hits(seed: int) -> list[int]:
        app = App(Sandbox())
        app.sandbox.misbehave(faults.fail(500), share=0.2, seed=seed)
        statuses = [app.http.get("/associations/x").status_code for _ in range(500)]
        return [number for number, status in enumerate(statuses) if status == 500]

    assert hits(1) == hits(1) != hits(2)
    assert 70 <= len(hits(1)) <= 130


def test_a_fault_ends_after_its_count_after_its_block_and_by_stop_faults() -> None:
    app = App(Sandbox())
    app.sandbox.misbehave(faults.fail(503), times=1)
    with app.sandbox.misbehave(faults.fail(500)):
        during = [app.http.get("/associations/x").status_code for _ in range(2)]
    app.sandbox.misbehave(faults.fail(502))
    after = app.http.get("/associations/x").status_code
    app.sandbox.stop_faults()
    assert (during, after) == ([503, 500], 502)
    assert app.http.get("/associations/x").status_code == 404


def test_several_faults_apply_independently_and_count_their_hits() -> None:
    app = App(Sandbox())
    storms = [
        app.sandbox.misbehave(faults.drop("before_work"), share=0.1, seed=1),
        app.sandbox.misbehave(faults.drop("after_work"), share=0.1, seed=2),
        app.sandbox.misbehave(faults.fail(502), share=0.05, seed=3),
    ]
    results: Counter[str] = Counter()
    for number in range(400):
        try:
            results[str(app.create(f"k{number}", firstObjectLabel=f"L{number}").status_code)] += 1
        except httpx.RemoteProtocolError:
            results["dropped"] += 1
    before, after, edge = (storm.hits for storm in storms)
    assert results == {"dropped": before + after, "502": edge, "201": 400 - before - after - edge}
    assert len(keys(app.sandbox)) == 400 - before - edge
    assert min(before, after, edge) > 5
