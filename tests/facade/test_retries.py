"""Which answers a client retries, how often and after how long, as an app sees it."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient
from generated_client.api.relations import create_relation
from generated_client.models import CreateRelationBody
from tests.facade.driving import Clients, run_program
from tests.facade.responding import OK, TOKEN

Answer = httpx.Response | Exception


def limited(seconds: str, **headers: str) -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": seconds, **headers})


LOST = [
    httpx.ReadError("lost"),
    httpx.WriteError("lost"),
    httpx.RemoteProtocolError("lost"),
    httpx.ReadTimeout("late"),
    httpx.WriteTimeout("late"),
    *map(httpx.Response, (408, 502, 503, 504, 520, 521, 527)),
]
NOT_DONE = [httpx.Response(429), limited("0"), limited("2.5"), limited("120")]
NOT_CONNECTED = [
    httpx.ConnectError("refused"),
    httpx.ConnectTimeout("late"),
    httpx.PoolTimeout("busy"),
]
FINAL = [
    *map(httpx.Response, (302, 400, 403, 404, 409, 410, 422, 500, 501, 505, 519, 528)),
    limited("120.5"),
    limited("86400"),
    httpx.Response(429, headers={"x-ratelimit-daily-remaining": "0"}),
]


def failing(answer: Answer, sent: list[str]) -> httpx.MockTransport:
    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers)

    return httpx.MockTransport(handle)


REPEATABLE = {
    "GET": lambda client: client.associations.get("a1"),
    "PUT": lambda client: client.associations.update(
        "a1", first_object_label="a", second_object_label="b"
    ),
    "DELETE": lambda client: client.relations.delete("r1"),
}


@pytest.mark.parametrize(
    ("answers", "times"), [(LOST, 8), (NOT_DONE, 8), (NOT_CONNECTED, 4), (FINAL, 1)]
)
@pytest.mark.parametrize("method", REPEATABLE)
def test_a_request_that_may_be_repeated_is_sent_so_often(
    clients: Clients, method: str, answers: list[Answer], times: int
) -> None:
    for answer in answers:
        sent: list[str] = []
        client = clients(TOKEN, "loc", transport=failing(answer, sent), pace=None, deadline=None)
        with pytest.raises(facade.AssociationsError) as raised:
            REPEATABLE[method](client)
        assert sent == [method] * times
        assert raised.value.attempts == times


@pytest.mark.parametrize(
    ("answers", "times"), [(LOST, 1), (NOT_DONE, 8), (NOT_CONNECTED, 4), (FINAL, 1)]
)
def test_a_post_of_the_generated_client_is_repeated_only_if_it_was_not_carried_out(
    answers: list[Answer], times: int
) -> None:
    body = CreateRelationBody(
        location_id="loc", association_id="a1", first_record_id="c1", second_record_id="p1"
    )
    for answer in answers:
        sent: list[str] = []
        transport = failing(answer, sent)
        with (
            AssociationsClient(
                TOKEN, "loc", transport=transport, pace=None, deadline=None
            ) as client,
            pytest.raises(facade.AssociationsError),
        ):
            create_relation.sync(client=client.api, body=body)
        assert sent == ["POST"] * times


@pytest.mark.parametrize("retries", [0, 1, 3])
@pytest.mark.parametrize("answer", LOST)
def test_a_create_of_unknown_outcome_is_looked_up_and_sent_as_often_as_the_call_says(
    clients: Clients, answer: Answer, retries: int
) -> None:
    sent: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        if request.method == "GET":
            return httpx.Response(200, json={"relations": []})
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code)

    client = clients(TOKEN, "loc", transport=httpx.MockTransport(handle), pace=None)
    with pytest.raises(facade.AssociationsError) as raised:
        client.relations.create("a1", first_record_id="c1", second_record_id="p1", retries=retries)
    assert raised.value.outcome_unknown
    assert sent[: 2 * retries + 2] == ["POST", "GET"] * (retries + 1)
    assert sent.count("POST") == retries + 1


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_the_waits_between_attempts_are_random_up_to_a_bound_that_doubles(
    clients: Clients, waits: list[float], monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: low + share * (high - low))
    transport = failing(httpx.Response(503), [])
    client = clients(TOKEN, "loc", transport=transport, pace=None, deadline=None)
    with pytest.raises(facade.ServerError):
        client.associations.get("a1", retries=8)
    assert waits == [share * bound for bound in (0.5, 1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0)]


@pytest.mark.parametrize(
    ("answer", "wait"),
    [(limited("3"), 3.0), (limited("0"), 0.0), (limited("-5"), 0.0), (limited("120"), 120.0)],
)
def test_a_retry_comes_up_to_a_quarter_of_a_second_after_the_time_that_the_server_says(
    clients: Clients,
    waits: list[float],
    monkeypatch: pytest.MonkeyPatch,
    answer: httpx.Response,
    wait: float,
) -> None:
    for share in (0.0, 1.0):
        monkeypatch.setattr("random.uniform", lambda low, high, s=share: low + s * (high - low))
        client = clients(TOKEN, "loc", transport=failing(answer, []), pace=None, deadline=None)
        with pytest.raises(facade.RateLimitError):
            client.associations.get("a1", retries=1)
    assert waits == [wait, wait + 0.25]


def test_the_default_deadline_of_a_client_shortens_the_timeouts(clients: Clients) -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return OK

    for deadline in (5, None):
        client = clients(
            TOKEN, "loc", transport=httpx.MockTransport(handle), deadline=deadline, timeout=30
        )
        client.associations.get("a1")
    bounded, unbounded = (one.extensions["timeout"] for one in requests)
    assert all(0 < seconds <= 5 for seconds in bounded.values())
    assert {*unbounded.values()} == {30}


@pytest.mark.parametrize("call", REPEATABLE.values(), ids=REPEATABLE)
def test_no_retry_is_waited_for_beyond_the_default_deadline_of_a_client(
    clients: Clients, waits: list[float], call: Callable[[Any], Any]
) -> None:
    for deadline, times in ((30, 1), (None, 8)):
        sent: list[str] = []
        transport = failing(limited("31"), sent)
        with pytest.raises(facade.RateLimitError):
            call(clients(TOKEN, "loc", transport=transport, pace=None, deadline=deadline))
        assert len(sent) == times
        assert len(waits) == times - 1


# A clock that only waits move: it must be there before the facade is imported.
SIMULATED = """
import time
now, read = [1000.0], [0.0]
time.monotonic = lambda: now[0]
time.sleep = lambda seconds: now.__setitem__(0, now[0] + seconds)

import httpx
from facade import AssociationsClient, AssociationsError, LocalPace

def run(answer, **options):
    sent = []
    def handle(request):
        sent.append(now[0])
        read[0] = request.extensions["timeout"]["read"]
        return answer
    transport = httpx.MockTransport(handle)
    with AssociationsClient("pit-t", "loc", transport=transport, **options) as client:
        yield client, sent
"""


def simulated(program: str) -> list[str]:
    return run_program(SIMULATED + program)


def test_no_attempt_starts_five_minutes_after_the_first_however_many_are_left() -> None:
    lines = simulated(
        """
limited = httpx.Response(429, headers={"Retry-After": "50"})
for client, sent in run(limited, pace=None, deadline=None, retries=1000):
    try:
        client.associations.get("a1")
    except AssociationsError as error:
        print(len(sent), error.attempts, sent[-1] - sent[0] <= 300, now[0] == sent[-1])
"""
    )
    assert lines == ["6 6 True True"]


def test_attempts_end_with_the_default_deadline_and_with_that_of_the_call() -> None:
    lines = simulated(
        """
limited = httpx.Response(429, headers={"Retry-After": "9"})
for client, sent in run(limited, pace=None, deadline=40, retries=1000):
    for options in ({}, {"deadline": 20}):
        sent.clear()
        try:
            client.associations.get("a1", **options)
        except AssociationsError as error:
            print(len(sent), now[0] == sent[-1])
"""
    )
    assert lines == ["5 True", "3 True"]


def test_a_wait_for_the_pace_postpones_the_default_deadline_and_not_that_of_the_call() -> None:
    lines = simulated(
        """
ok = httpx.Response(200, json={"id": "a1"})
for client, sent in run(ok, pace=LocalPace(calls=1, seconds=50), deadline=20):
    for options in ({}, {}, {"deadline": 45}, {"deadline": 60}):
        try:
            client.associations.get("a1", **options)
            print(round(now[0]), sent[-1] == now[0], round(read[0], 1))
        except AssociationsError as error:
            print(round(now[0]), type(error).__name__, error.attempts)
"""
    )
    assert lines == [
        "1000 True 19.9",  # seconds to read the response, at most
        "1050 True 19.9",
        "1050 DeadlineError 0",
        "1100 True 10.0",
    ]
