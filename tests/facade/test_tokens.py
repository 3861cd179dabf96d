"""Tokens: text, a callable or a source: when and in which thread each is asked for one."""

import asyncio
import threading
from copy import copy
from functools import partial
from typing import Any

import httpx
import pytest

import facade
from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from facade._core.tokens import is_header_text, token_source
from facade.observe import CallEvent
from tests.facade.conftest import everything_of
from tests.facade.driving import Clients, with_client
from tests.facade.responding import OK, in_turn, lines

REFUSED = httpx.Response(401, json={"message": "Invalid JWT"})


def tokens_of(requests: list[httpx.Request]) -> list[str]:
    return [request.headers["authorization"].removeprefix("Bearer ") for request in requests]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("", "is empty"),
        ("pit-secret\n", "must be visible ASCII"),
        ("pit secret", "must be visible ASCII"),
        ("pit-sécret", "must be visible ASCII"),
        (b"pit-secret", "must be text, not bytes"),
        ("'pit-secret", "is in quotation marks"),
        ('pit-secret"', "is in quotation marks"),
        ("Bearer pit-secret", "begins with Bearer"),
    ],
)
def test_what_is_no_header_text_is_refused_without_showing_it(
    clients: Clients, given: Any, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    values, pace = iter(["pit-1", given]), LocalPace(calls=2)
    token = partial(next, values)
    client, requests = clients.answering(httpx.Response(503), OK, token=token, pace=pace)
    attempts = [partial(client.associations.get, "a1")]
    attempts += [partial(AssociationsClient, given, "loc")] if isinstance(given, str) else []
    for attempt in attempts:
        with pytest.raises(ValueError, match=f"the token {says}") as raised:
            attempt()
        assert "cret" not in everything_of(raised.value) + caplog.text
    assert len(requests) == 1
    assert pace.take("loc").wait == 0.0  # no turn is taken for a request without a token


def test_a_token_that_an_app_gives_is_never_another_one_after_a_refusal() -> None:
    assert [token_source(each).renew("loc", "t") for each in ("t", lambda: "t")] == [False, False]


def test_only_text_is_header_text() -> None:
    assert [is_header_text(each) for each in ("a", "a b", "ä", None)] == [True, False, False, False]


def test_a_callable_is_called_in_the_thread_and_the_task_of_its_caller(clients: Clients) -> None:
    callers: list[tuple[int, bool]] = []

    def token() -> str:
        is_in_task = asyncio._get_running_loop() is not None
        callers.append((threading.get_ident(), is_in_task))
        return "pit-1"

    clients.answering(REFUSED, OK, token=token)[0].associations.get("a1")
    assert callers == [(threading.get_ident(), clients.mode == "async")] * 2


class Source:
    """Notes the threads that it is called in; it may have another token after a refusal."""

    is_fresh = True

    def __init__(self, *, has_another: bool = True) -> None:
        self.threads: list[int] = []
        self.refusals: list[str] = []
        self.may_end = threading.Event()
        self._has_another = has_another

    def token(self, location_id: str) -> str:
        self.threads.append(threading.get_ident())
        assert self.is_fresh or location_id == "other" or self.may_end.wait(60)
        return f"pit-{len(self.refusals)}-{location_id}"

    def renew(self, location_id: str, token: str) -> bool:
        assert location_id == "loc"
        self.threads.append(threading.get_ident())
        self.refusals.append(token)
        return self._has_another


class FreshSource(Source):
    """A source whose `token` never blocks while it is fresh, and whose `renew` may."""

    asked = 0

    def has_fresh_token(self, location_id: str) -> bool:
        self.asked += 1
        return self.is_fresh or location_id == "other"


@pytest.mark.both
@pytest.mark.parametrize(
    ("kind", "is_here"), [(Source, [False, False, False]), (FreshSource, [True, False, True])]
)
def test_what_may_block_is_called_in_a_thread_where_a_loop_must_not_wait(
    clients: Clients, events: list[CallEvent], waits: Any, kind: type[Source], is_here: list[bool]
) -> None:
    source = kind()
    client, requests = clients.answering(REFUSED, OK, token=source, on_event=events.append)
    client.associations.get("a1")
    if clients.mode == "blocking" and kind is Source:
        is_here = [True, True, True]
    assert [thread == threading.get_ident() for thread in source.threads] == is_here
    assert (tokens_of(requests), source.refusals) == (["pit-0-loc", "pit-1-loc"], ["pit-0-loc"])
    assert waits == [0.0]
    # Only the renewal is waited for: a fresh token is there.
    reported = [line for line in lines(events) if " token " in line]
    renewal = ["WaitStarted get_association token 2 AuthenticationError"]
    assert reported == (renewal if kind is FreshSource else [])


@pytest.mark.parametrize(
    ("token", "message", "options", "sent"),
    [
        ("pit-t", "Invalid JWT", {}, 2),  # once more: refusals pass under load
        (FreshSource(has_another=False), "Invalid JWT", {}, 2),
        (Source(), "Token's user type mismatch!", {}, 1),
        (FreshSource(has_another=False), "Invalid JWT", {"retries": 0}, 1),
        (FreshSource(), "Invalid JWT", {"retries": 0}, 2),  # nothing was done with the first token
    ],
)
def test_a_refusal_is_repeated_once_and_only_if_it_is_about_the_token(
    clients: Clients, waits: list[float], token: Any, message: str, options: Any, sent: int
) -> None:
    client, _ = clients.answering(httpx.Response(401, json={"message": message}), token=copy(token))
    with pytest.raises(facade.AuthenticationError) as raised:
        client.associations.get("a1", **options)
    assert (raised.value.attempts, len(waits)) == (sent, sent - 1)
    assert options or all(0 < wait <= 0.5 for wait in waits)  # a moment, to let it pass


class OwnError(Exception):
    """An error of an app's own, of which no copy can be made."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why)


@pytest.mark.parametrize("is_source", [True, False])
@pytest.mark.parametrize("error", [OwnError(why="no"), facade.ServerError("no", status_code=503)])
def test_an_error_of_an_app_passes(clients: Clients, error: Exception, is_source: bool) -> None:
    left = ["pit-1"] * (2 if is_source else 1)  # it is waited for, then taken

    def function(location_id: str = "") -> str:
        if left:
            return left.pop()
        raise error

    source = FreshSource()
    source.is_fresh = False
    source.token = function  # type: ignore[method-assign]
    token = source if is_source else function
    client, requests = clients.answering(httpx.Response(503), OK, token=token)
    with pytest.raises(type(error), match="no") as raised:
        client.associations.list()
    assert len(requests) == 1
    if isinstance(raised.value, facade.AssociationsError):
        assert (raised.value.repeated, raised.value.attempts) == (True, 1)


def test_requests_of_a_location_wait_for_one_call_of_the_source_and_delay_no_other() -> None:
    source, threads = FreshSource(), threading.active_count()
    source.is_fresh = False

    async def work(client: AsyncAssociationsClient) -> None:
        calls = [asyncio.ensure_future(client.associations.get("a1")) for _ in range(200)]
        while source.asked < 200:
            await asyncio.sleep(0)
        await client.for_location("other").associations.get("a1")
        calls[0].cancel()  # and takes no token from the others
        assert threading.active_count() <= threads + 1
        source.may_end.set()
        assert [one.id for one in await asyncio.gather(*calls[1:])] == ["a1"] * 199

    with_client(source, work, transport=in_turn(OK)[0])
    assert len([one for one in source.threads if one != threading.get_ident()]) == 1


def test_a_refusal_is_reported_while_another_request_waits_for_a_token() -> None:
    source, in_flight, may_answer = FreshSource(), asyncio.Event(), asyncio.Event()
    answers = [REFUSED, OK, OK]

    async def handle(request: httpx.Request) -> httpx.Response:
        in_flight.set()
        await may_answer.wait()
        return answers.pop(0)

    async def work(client: AsyncAssociationsClient) -> None:
        first = asyncio.ensure_future(client.associations.get("a1"))
        await in_flight.wait()
        source.is_fresh = False
        second = asyncio.ensure_future(client.associations.get("a1"))
        while len(source.threads) < 2:
            await asyncio.sleep(0)
        may_answer.set()
        while not source.refusals:
            await asyncio.sleep(0)
        source.may_end.set()
        assert [one.id for one in await asyncio.gather(first, second)] == ["a1", "a1"]

    with_client(source, work, transport=httpx.MockTransport(handle))


@pytest.mark.both
@pytest.mark.parametrize("waited_for", ["token", "renew"])
@pytest.mark.parametrize("kind", [FreshSource, Source])
def test_a_request_that_waits_for_a_token_ends_with_its_deadline(
    clients: Clients, events: list[CallEvent], waited_for: str, kind: type[Source]
) -> None:
    if clients.mode == "blocking" and kind is Source:
        return  # it is unknown that it may block
    source = kind()
    source.is_fresh = waited_for == "renew"
    setattr(source, waited_for, lambda *_: f"pit-{source.may_end.wait(60)}")
    client, requests = clients.answering(
        *[REFUSED] * source.is_fresh, OK, token=source, on_event=events.append
    )
    with pytest.raises(facade.DeadlineError, match="leaves no time to wait for a token") as raised:
        client.associations.get("a1", deadline=0.2)
    assert (raised.value.method, raised.value.path) == ("GET", "/associations/a1")
    assert len(requests) == source.is_fresh
    waits = any(line.startswith("WaitStarted get_association token") for line in lines(events))
    assert waits is (kind is FreshSource)
    source.may_end.set()
    client.associations.get("a1", deadline=60)  # of the same job, or of the next one
