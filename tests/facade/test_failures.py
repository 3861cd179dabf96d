"""Every failure the sandbox can produce, at every operation, blocking and async: what comes of it.

A failure happens once and the call must have the outcome that the table says, or it happens for
ever and the call must end in the error that the table says.
"""

from typing import Any

import httpx
import pytest

import facade
from facade._core.operations import OPERATIONS as CONTRACT
from facade.testing import Fault, Sandbox
from facade.testing import faults as go
from tests.facade.driving import Clients
from tests.facade.operations import CREATES, OPERATIONS, OTHERS, World

DONE, LIMIT, ODD = "done", "RateLimitError", "ContractError"
HOURS = 7200

# A write is believed by its status, whatever its body is; where a read shows nothing, it fails.
READS = tuple(name for name in OTHERS if CONTRACT[name].method == "GET")

# failure, once at a create, once at any other operation, for ever at a create, for ever at others
TABLE: list[tuple[str, Fault, str, str, str, str]] = [
    ("connecting", go.drop("connecting"), DONE, DONE, "ConnectFailedError", "ConnectFailedError"),
    ("before", go.drop("before_work"), DONE, DONE, "ConnectionLostError", "ConnectionLostError"),
    ("after", go.drop("after_work"), DONE, DONE, DONE, "ConnectionLostError"),
    ("during", go.drop("during_answer"), DONE, DONE, DONE, "ConnectionLostError"),
    ("reset", go.drop(reset=True), DONE, DONE, DONE, "ConnectionLostError"),
    ("500", go.fail(500), "ServerError", "ServerError", "ServerError", "ServerError"),
    ("500 after", go.fail(500, after_work=True), DONE, "ServerError", DONE, "ServerError"),
    ("502", go.fail(502), DONE, DONE, "ServerError", "ServerError"),
    ("503", go.fail(503), DONE, DONE, "ServerError", "ServerError"),
    ("504 after", go.fail(504, after_work=True), DONE, DONE, DONE, "ServerError"),
    ("520", go.fail(520), DONE, DONE, "ServerError", "ServerError"),
    ("527 after", go.fail(527, after_work=True), DONE, DONE, DONE, "ServerError"),
    ("a 422", go.false_422(), DONE, "UnprocessableEntityError", DONE, "UnprocessableEntityError"),
    ("429", go.rate_limit(), DONE, DONE, LIMIT, LIMIT),
    ("429, 3 s", go.rate_limit(retry_after=3), DONE, DONE, LIMIT, LIMIT),
    ("429, on", go.rate_limit(retry_after=3, as_date=True), DONE, DONE, LIMIT, LIMIT),
    ("429, 2 h", go.rate_limit(retry_after=HOURS), LIMIT, LIMIT, LIMIT, LIMIT),
    ("late", go.delay(HOURS), DONE, DONE, DONE, "APITimeoutError"),
    ("html", go.html(), DONE, ODD, DONE, ODD),
    ("cut", go.truncated(), DONE, ODD, DONE, ODD),
    ("empty", go.empty(), DONE, ODD, DONE, ODD),
]  # fmt: skip


def outcome(world: World, operation: str, **options: Any) -> str:
    try:
        OPERATIONS[operation](world, **options)
    except facade.AssociationsError as error:
        return type(error).__name__
    return DONE


def world_of(clients: Clients, sandbox: Sandbox) -> World:
    # The time-out is real where the sandbox is late; everything else waits for nothing.
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), timeout=0.01, pace=None
    )
    return World(client)


def row(operation: str, name: str, failure: Fault, at_create: str, at_other: str) -> Any:
    expected = at_create if operation in CREATES else at_other
    if expected == ODD and operation not in READS:
        expected = DONE
    return pytest.param(operation, failure, expected, id=f"{operation}-{name}")


ROWS = [
    row(operation, name, failure, at_create, at_other)
    for name, failure, at_create, at_other, _, _ in TABLE
    for operation in OPERATIONS
]
FOR_EVER = [
    row(operation, name, failure, at_create, at_other)
    for name, failure, _, _, at_create, at_other in TABLE
    for operation in OPERATIONS
]


@pytest.mark.parametrize(("operation", "failure", "expected"), ROWS)
def test_a_failure_that_happens_once(
    clients: Clients, sandbox: Sandbox, operation: str, failure: Fault, expected: str
) -> None:
    world = world_of(clients, sandbox)
    happened = sandbox.misbehave(failure, on=operation, times=1)
    assert outcome(world, operation) == expected
    assert happened.hits == 1
    if expected == DONE:
        assert_done_once(sandbox, operation)


@pytest.mark.parametrize(("operation", "failure", "expected"), FOR_EVER)
def test_a_failure_that_happens_for_ever(
    clients: Clients, sandbox: Sandbox, operation: str, failure: Fault, expected: str
) -> None:
    world = world_of(clients, sandbox)
    happened = sandbox.misbehave(failure, on=operation)
    assert outcome(world, operation) == expected
    assert 1 <= happened.hits <= 8


def assert_done_once(sandbox: Sandbox, operation: str) -> None:
    """The state is that of the operation done exactly once."""
    keys = [
        one["key"] for one in sandbox.associations() if one["associationType"] != "SYSTEM_DEFINED"
    ]
    pairs = [(one["firstRecordId"], one["secondRecordId"]) for one in sandbox.relations()]
    assert keys == {
        "create_association": ["student_tutor", "owner_pet"],
        "delete_association": [],
    }.get(operation, ["student_tutor"])
    assert len(pairs) == {
        "create_relation": 2,
        "delete_association": 0,
        "delete_relation": 0,
    }.get(operation, 1)
    assert len(set(pairs)) == len(pairs)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_without_retries_a_request_is_sent_once_and_a_create_is_still_looked_for(
    clients: Clients, sandbox: Sandbox, operation: str
) -> None:
    world = world_of(clients, sandbox)
    happened = sandbox.misbehave(go.drop("after_work"), on=operation)
    expected = DONE if operation in CREATES else "ConnectionLostError"
    assert outcome(world, operation, retries=0) == expected
    assert happened.hits == 1


def test_what_one_call_overrides_does_not_touch_the_next(
    clients: Clients, sandbox: Sandbox
) -> None:
    world = world_of(clients, sandbox)
    happened = sandbox.misbehave(go.fail(503), on="get_association", times=1)
    with pytest.raises(facade.ServerError):
        world.client.associations.get(world.association.id, retries=0)
    assert happened.hits == 1
    happened = sandbox.misbehave(go.fail(503), on="get_association", times=7)
    assert world.client.associations.get(world.association.id).id == world.association.id
    assert happened.hits == 7


@pytest.mark.parametrize(
    ("failure", "first_wait", "slack"),
    [
        (go.rate_limit(retry_after=3), 3.0, 0.25),
        (go.rate_limit(retry_after=100), 100.0, 0.25),
        (go.fail(503), 0.0, 0.5),
        (go.drop("connecting"), 0.0, 0.5),
    ],
)
def test_a_wait_is_what_the_server_says_or_short_and_random(
    clients: Clients,
    sandbox: Sandbox,
    waits: list[float],
    failure: Fault,
    first_wait: float,
    slack: float,
) -> None:
    world = world_of(clients, sandbox)
    sandbox.misbehave(failure, on="list_associations", times=1)
    world.client.associations.list(deadline=300)
    (wait,) = waits
    assert first_wait <= wait <= first_wait + slack


def test_the_daily_limit_is_raised_at_once(clients: Clients, waits: list[float]) -> None:
    sandbox = Sandbox(daily_limit=3)
    client = clients(sandbox.token, sandbox.location_id, transport=sandbox.transport())
    for _ in range(3):
        client.associations.list()
    with pytest.raises(facade.DailyLimitError) as raised:
        client.associations.list()
    assert isinstance(raised.value, facade.RateLimitError)
    assert len(sandbox.requests) == 4
    assert waits == []


def test_a_call_gives_up_when_its_deadline_leaves_no_time(
    clients: Clients, sandbox: Sandbox, waits: list[float]
) -> None:
    world = world_of(clients, sandbox)
    happened = sandbox.misbehave(go.rate_limit(retry_after=60), on="list_associations")
    with pytest.raises(facade.RateLimitError):
        world.client.associations.list(deadline=30)
    assert (happened.hits, waits) == (1, [])


def test_a_retry_after_in_the_past_or_of_nonsense_is_no_reason_to_fail(
    clients: Clients, sandbox: Sandbox
) -> None:
    answers = [
        httpx.Response(429, headers={"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}),
        httpx.Response(429, headers={"Retry-After": "soon"}),
        httpx.Response(429, headers={"Retry-After": "-5"}),
        httpx.Response(200, json={"id": "a1"}),
    ]
    client = clients("pit-t", "loc", transport=httpx.MockTransport(lambda _: answers.pop(0)))
    assert client.associations.get("a1").id == "a1"
