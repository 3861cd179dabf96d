"""The way of every call: what comes of each failure, of a write, a turn, and a given client."""

import logging
from contextlib import nullcontext
from typing import Any
from unittest.mock import ANY, AsyncMock, Mock, call

import httpx
import pytest

import facade
from facade import Turn
from facade.observe import CallEvent
from facade.testing import Fault, Sandbox
from facade.testing import faults as go
from tests.facade import operations
from tests.facade.driving import Clients, Clock
from tests.facade.operations import arguments_of, new_association
from tests.facade.responding import OK, TOKEN, in_turn, lines

DONE = "done"
# A method of each action; a creation of each kind, because their lookups differ.
METHODS = {
    "get_association": "associations.get",
    "update_association": "associations.update",
    "delete_relation": "relations.delete",
    "create_relation": "relations.create",
    "create_association": "associations.create",
}


def do(client: Any, operation: str, **options: Any) -> Any:
    method = METHODS[operation]
    required = arguments_of(method, with_optional=False)
    return operations.call(client, method, **required, **options)


LOST, LIMIT, SERVER, ODD = "ConnectionLostError", "RateLimitError", "ServerError", "ContractError"
LATE, UNPROCESSED = "APITimeoutError", "UnprocessableEntityError"
REFUSED_TOKEN = "AuthenticationError"
# A failure; what comes of it if it happens once, for ever, and for ever to a creation, which looks
# whether it was carried out; and how often a request is sent if it fails for ever.
FAILURES: dict[str, tuple[Fault, str, str, str, int]] = {
    "connecting": (go.drop("connecting"), DONE, "ConnectFailedError", "ConnectFailedError", 4),
    "before": (go.drop("before_work"), DONE, LOST, LOST, 8),
    "after": (go.drop("after_work"), DONE, LOST, DONE, 8),
    "500 after": (go.fail(500, after_work=True), SERVER, SERVER, DONE, 1),
    "504 after": (go.fail(504, after_work=True), DONE, SERVER, DONE, 8),
    "odd 422": (go.false_422(), UNPROCESSED, UNPROCESSED, DONE, 1),
    "401": (go.fail(401, message="Invalid JWT"), DONE, REFUSED_TOKEN, REFUSED_TOKEN, 2),
    "429": (go.rate_limit(retry_after=3, as_date=True), DONE, LIMIT, LIMIT, 8),
    "late": (go.delay(7200), DONE, LATE, DONE, 8),
    "cut": (go.truncated(), ODD, ODD, DONE, 1),
}


def outcome_of(clients: Clients, operation: str, fault: Fault, **times: int) -> tuple[str, int]:
    """Make a call that fails; return its outcome, and how often it failed."""
    sandbox = Sandbox()
    sandbox.seed_association(
        key="k",
        first_object_label="Other",
        second_object_key="custom_objects.pet",
        association_id="a1",
    )
    sandbox.seed_relation("a1", "c0", "p0", relation_id="r1")
    # The timeout is real where the sandbox is late; everything else waits for nothing.
    happened = sandbox.misbehave(fault, on=operation, **times)
    try:
        do(clients.of(sandbox, timeout=0.01, pace=None), operation)
    except facade.AssociationsError as error:
        return type(error).__name__, happened.hits
    assert (len(sandbox.associations()), len(sandbox.relations())) == {
        "create_association": (6, 1),
        "create_relation": (5, 2),
        "delete_relation": (5, 0),
    }.get(operation, (5, 1))  # as if it were done once
    return DONE, happened.hits


@pytest.mark.parametrize(
    ("fault", "once", "for_ever", "created", "sent"), FAILURES.values(), ids=FAILURES
)
def test_each_failure_has_its_outcome_at_each_action(
    clients: Clients, fault: Fault, once: str, for_ever: str, created: str, sent: int
) -> None:
    for operation in METHODS:
        # A write is believed by its status, whatever its body is.
        is_creation = operation.startswith("create")
        is_odd_body = once == ODD and operation != "get_association"
        is_found = is_creation and created == DONE
        first = DONE if is_odd_body or is_found else once
        assert outcome_of(clients, operation, fault, times=1) == (first, 1), operation
        last = DONE if is_odd_body else created if is_creation else for_ever
        times = 1 if last == DONE else sent
        assert outcome_of(clients, operation, fault) == (last, times), operation


@pytest.mark.parametrize(
    ("retries", "posts", "looks", "expected"),
    [
        (0, [502], [200], (1, 2 * 5)),  # of both records, five times, because a list may lag
        (3, [429], [200], (4, 0)),
        (3, [502], [200], (4, 2 * (3 + 5))),  # one before each repeat
        (3, [429, 502, 429, 502], [200], (4, 2 * (1 + 5))),
        (3, [502], [503], (1, 4)),  # a lookup has repeats of its own
        (3, [502, 502], [503, 200, 200, 503], (2, 3 + 4)),
    ],
)
def test_a_creation_is_sent_as_often_as_its_retries_say_whatever_it_looks_up(
    clients: Clients, retries: int, posts: list[int], looks: list[int], expected: tuple[int, int]
) -> None:
    sent: list[str] = []
    left_of = {"POST": [*posts], "GET": [*looks]}

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        left = left_of[request.method]
        status = left.pop(0) if len(left) > 1 else left[0]
        return httpx.Response(status, json={"relations": []} if status == 200 else None)

    client = clients(TOKEN, "loc", transport=httpx.MockTransport(answer))
    with pytest.raises(facade.AssociationsError) as raised:
        do(client, "create_relation", retries=retries)
    assert (sent.count("POST"), sent.count("GET")) == expected
    assert raised.value.attempts == expected[0]


def test_a_success_is_any_2xx(clients: Clients) -> None:
    for status in (199, 200, 299, 300):
        client, _ = clients.answering(httpx.Response(status, json={"id": "a1"}))
        is_success = status in (200, 299)
        with nullcontext() if is_success else pytest.raises(facade.APIStatusError):
            assert client.associations.get("a1").id == "a1"


REFUSED = httpx.Response(403)


@pytest.mark.parametrize("lookup", [httpx.Response(404), REFUSED])
def test_a_success_without_an_item_is_as_requested(
    clients: Clients, lookup: httpx.Response
) -> None:
    made, related, updated = (
        do(clients.answering(httpx.Response(201, json={}), lookup)[0], one)
        for one in ("create_association", "create_relation", "update_association")
    )
    assert (made.id, made.key, made.second_object_label) == ("", "owner_pet", "Pet")
    assert (related.id, related.association_id, related.other("c1")) == ("", "a1", "p1")
    assert (updated.id, updated.first_object_label, updated.location_id) == ("a1", "Owner", "loc")


@pytest.mark.parametrize("status", [500, 502])  # a final one, and one to be repeated
def test_a_creation_whose_lookup_fails_raises_its_own_error(clients: Clients, status: int) -> None:
    client, requests = clients.answering(httpx.Response(status), REFUSED)
    with pytest.raises(facade.ServerError) as raised:
        new_association(client)
    assert raised.value.outcome_unknown
    assert isinstance(raised.value.__cause__, facade.PermissionDeniedError)
    assert len(requests) == 2


def noting_pace(wait: float = 0.0) -> Mock:
    """Return a pace that grants every turn after `wait` seconds, and notes what is returned."""
    return Mock(take=lambda location_id: Turn(location_id, wait), may_block=False)


@pytest.mark.parametrize(
    ("answer", "returned"),
    [
        (httpx.Response(404, headers={"X-Limit": "5"}), call.finish(ANY, 404, {"x-limit": "5"})),
        (httpx.ReadError("lost"), call.finish(ANY, 0, {})),
        (ZeroDivisionError("of a transport"), call.finish(ANY, 0, {})),
        (httpx.ConnectError("refused"), call.cancel(ANY)),
    ],
)
def test_a_request_returns_its_turn(clients: Clients, answer: Any, returned: object) -> None:
    pace = noting_pace()
    with pytest.raises((facade.AssociationsError, ZeroDivisionError)):
        clients.answering(answer, pace=pace, retries=0)[0].associations.list()
    assert pace.method_calls == [returned]


def test_a_turn_that_is_late_is_returned(clients: Clients, clock: Clock) -> None:
    pace, clock.oversleeps = noting_pace(wait=2.0), 2
    client, requests = clients.answering(OK, pace=pace)
    with pytest.raises(facade.DeadlineError, match="no time to send the request"):
        client.associations.get("a", deadline=3)
    assert (requests, pace.method_calls) == ([], [call.cancel(ANY)])
    client, requests = clients.answering(OK, pace=None)
    with pytest.raises(facade.DeadlineError, match="no time to send the request"):
        client.associations.get("a", deadline=-1)
    assert requests == []


def test_lookups_are_within_the_time_of_their_call(clients: Clients, clock: Clock) -> None:
    nothing = httpx.Response(200, json={"relations": []})
    late = httpx.Response(429, headers={"Retry-After": "54"})  # of the 60 s for all
    client, _ = clients.answering(httpx.Response(500), *[nothing] * 9, late)
    started = clock.now
    with pytest.raises(facade.ServerError) as raised:
        do(client, "create_relation")
    assert 7 < raised.value.elapsed == clock.now - started < 10
    listed = {"id": "r1", "associationId": "a1", "firstRecordId": "c1", "secondRecordId": "p1"}
    shown = httpx.Response(200, json={"relations": [listed]})
    client, sent = clients.answering(httpx.Response(500), shown)
    assert (do(client, "create_relation").id, len(sent)) == ("r1", 2)  # not once more


def test_a_given_http_client_sends_but_neither_authorizes_nor_redirects_and_stays_open(
    clients: Clients,
) -> None:
    elsewhere = httpx.Response(302, headers={"Location": "https://elsewhere.test/"})
    transport, requests = in_turn(OK, elsewhere, OK)
    http_client = httpx.AsyncClient(transport=transport, auth=("u", "p"), follow_redirects=True)
    client = clients(TOKEN, "loc", http_client=http_client)
    assert client.associations.get("a1").id == "a1"
    with pytest.raises(facade.APIStatusError) as raised:
        client.associations.get("a1")
    client.close()
    assert not http_client.is_closed
    transport.aclose = AsyncMock()  # type: ignore[method-assign]
    clients(TOKEN, "loc", transport=transport).close()
    transport.aclose.assert_awaited_once()
    assert raised.value.status_code == 302
    assert [one.headers["authorization"] for one in requests] == [f"Bearer {TOKEN}"] * 2


def test_a_contract_error_keeps_the_body(clients: Clients) -> None:
    client, _ = clients.answering(httpx.Response(200, content=b"[]"))
    with pytest.raises(facade.ContractError, match=r"an object was expected, not \[\]") as raised:
        client.associations.get("a1")
    error = raised.value
    assert (error.status_code, error.method, error.body) == (200, "GET", [])
    assert error.__cause__ is None is error.__context__  # whose frames hold the body


def test_each_lookup_is_reported_with_the_wait_for_it(
    clients: Clients, events: list[CallEvent], waits: list[float], caplog: Any
) -> None:
    caplog.set_level(logging.INFO, "facade")  # below it, each call is observed
    answers = httpx.Response(503), httpx.Response(404), OK
    new_association(clients.answering(*answers, on_event=events.append)[0])
    assert lines(events) == [
        "AttemptStarted create_association 1",
        "AttemptEnded create_association 1 503",
        "WaitStarted create_association lookup 2 ServerError",
        "AttemptStarted get_association_by_key 1",
        "AttemptEnded get_association_by_key 1 404",
        "CallEnded get_association_by_key 1 NotFoundError",
        "AttemptStarted create_association 2",
        "AttemptEnded create_association 2 200",
        "CallEnded create_association 2",
    ]
    assert [0 < wait <= 0.5 for wait in waits] == [True]
    nothing = httpx.Response(200, json={"relations": []})
    client, _ = clients.answering(httpx.Response(500), nothing, on_event=events.append)
    with pytest.raises(facade.ServerError):
        do(client, "create_relation")
    reported = [line for line in lines(events) if line.startswith("WaitStarted")]
    assert reported == ["WaitStarted create_relation lookup 2 ServerError"] * 4
