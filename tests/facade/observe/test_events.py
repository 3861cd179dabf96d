"""A client's `on_event` gets every attempt, wait and end of its calls, and no secret."""

import asyncio
import logging
import pickle
from typing import Any

import attrs
import pytest

import facade
from facade import AssociationsClient, AsyncAssociationsClient, LocalPace
from facade._core.events import operation_of
from facade._core.operations import OPERATIONS
from facade.observe import AttemptEnded, AttemptStarted, CallEnded, CallEvent, WaitStarted
from facade.testing import Sandbox, faults
from tests.facade.driving import Clients, run_program

PAIR = {"first_record_id": "ann", "second_record_id": "rex"}


@pytest.fixture
def events() -> list[CallEvent]:
    return []


@pytest.fixture
def client(clients: Clients, sandbox: Sandbox, events: list[CallEvent]) -> Any:
    return clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), on_event=events.append
    )


def lines(events: list[CallEvent]) -> list[str]:
    """Return each event on a line, without its seconds, and forget it."""
    said = []
    for event in events:
        fields = {
            name: value
            for name, value in attrs.asdict(event).items()
            if name not in ("seconds", "location_id") and value is not None
        }
        said.append(" ".join([type(event).__name__, *(f"{value}" for value in fields.values())]))
    events.clear()
    return said


def test_a_call_is_one_attempt_from_its_start_to_its_end(
    client: Any, events: list[CallEvent]
) -> None:
    client.associations.list()
    started, attempt, ended = events
    common = {"operation": "list_associations", "location_id": "sandbox-location"}
    assert started == AttemptStarted(**common, attempt=1)
    assert isinstance(attempt, AttemptEnded)
    assert isinstance(ended, CallEnded)
    assert 0 < attempt.seconds <= ended.seconds
    assert lines(events) == [
        "AttemptStarted list_associations 1",
        "AttemptEnded list_associations 1 200",
        "CallEnded list_associations 1",
    ]


def test_attempts_that_fail_and_the_waits_between_them_are_events(
    client: Any, events: list[CallEvent], sandbox: Sandbox
) -> None:
    sandbox.misbehave(faults.fail(503), times=1)
    sandbox.misbehave(faults.drop(), times=1)
    sandbox.misbehave(faults.refuse(retry_after=3), times=1)
    client.associations.list()
    (limited,) = [one for one in events if isinstance(one, WaitStarted) and one.attempt == 4]
    assert limited.seconds is not None
    assert 3 <= limited.seconds <= 3.25
    assert lines(events) == [
        "AttemptStarted list_associations 1",
        "AttemptEnded list_associations 1 503",
        "WaitStarted list_associations retry 2 ServerError",
        "AttemptStarted list_associations 2",
        "AttemptEnded list_associations 2 ConnectionLostError",
        "WaitStarted list_associations retry 3 ConnectionLostError",
        "AttemptStarted list_associations 3",
        "AttemptEnded list_associations 3 429",
        "WaitStarted list_associations retry 4 RateLimitError",
        "AttemptStarted list_associations 4",
        "AttemptEnded list_associations 4 200",
        "CallEnded list_associations 4",
    ]


def test_a_call_that_fails_ends_with_the_name_of_its_error(
    client: Any, events: list[CallEvent]
) -> None:
    with pytest.raises(facade.NotFoundError):
        client.associations.get("a" * 24)
    assert lines(events)[1:] == [
        "AttemptEnded get_association 1 404",
        "CallEnded get_association 1 NotFoundError",
    ]


def test_a_call_whose_request_was_never_sent_has_no_attempt(
    clients: Clients, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    def no_token() -> str:
        raise LookupError

    client = clients(
        no_token, sandbox.location_id, transport=sandbox.transport(), on_event=events.append
    )
    with pytest.raises(LookupError):
        client.associations.list()
    assert lines(events) == ["CallEnded list_associations 0 LookupError"]


def test_waits_for_the_pace_are_events_however_short(
    clients: Clients, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    client = clients(
        sandbox.token,
        sandbox.location_id,
        transport=sandbox.transport(),
        pace=LocalPace(calls=1),
        on_event=events.append,
    )
    for _ in range(2):
        client.associations.list()
    waits = [one for one in events if isinstance(one, WaitStarted)]
    assert [(one.reason, one.attempt, one.error) for one in waits] == [("pace", 1, None)]
    assert 0 < (waits[0].seconds or 0) <= 10


def test_looking_for_what_may_have_been_done_is_a_wait_and_a_call_of_its_own(
    client: Any, events: list[CallEvent], sandbox: Sandbox
) -> None:
    pets: str = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    sandbox.misbehave(faults.drop(), on="create_relation", times=1)
    client.relations.create(pets, **PAIR)
    assert lines(events) == [
        "AttemptStarted create_relation 1",
        "AttemptEnded create_relation 1 ConnectionLostError",
        "CallEnded create_relation 1 ConnectionLostError",
        "WaitStarted create_relation look 1 ConnectionLostError",
        "AttemptStarted list_relations 1",
        "AttemptEnded list_relations 1 200",
        "CallEnded list_relations 1",
    ]


def test_looking_again_because_a_list_may_lag_is_a_wait(
    clients: Clients, events: list[CallEvent]
) -> None:
    sandbox = Sandbox(list_lag=60.0)
    pets: str = sandbox.seed_association(key="k", second_object_key="custom_objects.pet")["id"]
    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), on_event=events.append
    )
    client.relations.create(pets, **PAIR)
    with pytest.raises(facade.DuplicateRelationError):
        client.relations.ensure(pets, **PAIR)
    waits = [line for line in lines(events) if line.startswith("WaitStarted")]
    assert waits == ["WaitStarted create_relation look 1 DuplicateRelationError"] * 4


def test_each_event_names_the_location_of_its_call(
    client: Any, events: list[CallEvent], sandbox: Sandbox
) -> None:
    sandbox.add_location("other")
    client.for_location("other").associations.list()
    assert {one.location_id for one in events} == {"other"}


def test_a_call_of_the_generated_client_is_reported_as_well(
    client: Any, events: list[CallEvent], clients: Clients
) -> None:
    is_blocking = clients.mode == "blocking"
    http = client.api.get_httpx_client() if is_blocking else client.api.get_async_httpx_client()
    request = http.request if is_blocking else client._drive(http.request)
    with pytest.raises(facade.NotFoundError):
        request("GET", "/associations/x")
    assert lines(events)[-1] == "CallEnded get_association 1 NotFoundError"


def test_an_error_of_the_hook_is_logged_and_breaks_no_call(
    clients: Clients, sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(event: CallEvent) -> None:
        raise ZeroDivisionError

    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), on_event=fail
    )
    assert client.associations.list().items
    warned = [one for one in caplog.records if one.levelno == logging.WARNING]
    assert {one.getMessage() for one in warned} == {"on_event raised an error, which is ignored"}
    assert len(warned) == 3


def test_ctrl_c_in_the_hook_is_not_swallowed(clients: Clients, sandbox: Sandbox) -> None:
    def interrupt(event: CallEvent) -> None:
        raise KeyboardInterrupt

    client = clients(
        sandbox.token, sandbox.location_id, transport=sandbox.transport(), on_event=interrupt
    )
    with pytest.raises(KeyboardInterrupt):
        client.associations.list()


def test_a_call_that_is_cancelled_ends_as_such(events: list[CallEvent]) -> None:
    sandbox = Sandbox()
    sandbox.misbehave(faults.delay(30))

    async def main() -> None:
        async with AsyncAssociationsClient(
            sandbox.token,
            sandbox.location_id,
            transport=sandbox.transport(),
            on_event=events.append,
        ) as client:
            call = asyncio.ensure_future(client.associations.list())
            while not events:
                await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    asyncio.run(main())
    assert lines(events)[1:] == [
        "AttemptEnded list_associations 1 CancelledError",
        "CallEnded list_associations 1 CancelledError",
    ]


async def awaited(event: CallEvent) -> None:
    """Be no hook: nobody awaits it."""


class Awaited:
    __call__ = staticmethod(awaited)


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (awaited, "must not be async"),
        (Awaited(), "must not be async"),
        ([], r"must be a function of one event, not \[\]"),
    ],
)
def test_what_cannot_be_called_is_refused(hook: Any, said: str) -> None:
    with pytest.raises(TypeError, match=f"on_event {said}"):
        AssociationsClient("pit-test", "loc", on_event=hook)


def test_events_hold_no_secret_and_no_id_of_a_record(
    client: Any, events: list[CallEvent], sandbox: Sandbox
) -> None:
    client.relations.list("contact-ann")
    assert pickle.loads(pickle.dumps(events)) == events
    assert sandbox.token not in repr(events)
    assert "contact-ann" not in repr(events)


@pytest.mark.parametrize("operation_id", OPERATIONS)
@pytest.mark.parametrize("base", ["", "/proxy/v1"])
def test_every_operation_is_named_by_its_id(operation_id: str, base: str) -> None:
    operation = OPERATIONS[operation_id]
    path = operation.path.replace("{", "").replace("}", "")
    assert operation_of(operation.method, base + path) == operation_id


def test_what_the_contract_does_not_have_is_another_operation() -> None:
    for method, path in (("PATCH", "/associations/a"), ("GET", "/associations"), ("GET", "/x")):
        assert operation_of(method, path) == "other"


def test_without_a_hook_nothing_of_it_is_loaded() -> None:
    run_program("""
import sys
from facade import AssociationsClient
from facade.testing import Sandbox

box = Sandbox()
with AssociationsClient(box.token, box.location_id, transport=box.transport()) as client:
    client.associations.list()
assert not {"facade._core.events", "facade._sync.reporting"} & set(sys.modules)
""")


class RenewedToken:
    """A source whose first token is not there yet, and whose token can be renewed once."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._is_there = False

    def has_fresh_token(self, location_id: str) -> bool:
        return self._is_there

    def token(self, location_id: str) -> str:
        self._is_there = True
        return self._tokens[0]

    def refused(self, location_id: str, token: str) -> bool:
        return token == self._tokens.pop(0)


def test_waits_for_a_token_that_is_renewed_are_events(
    clients: Clients, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    source = RenewedToken(["eyJ-old", sandbox.token])
    client = clients(
        source, sandbox.location_id, transport=sandbox.transport(), on_event=events.append
    )
    client.associations.list()
    assert [one.seconds for one in events if isinstance(one, WaitStarted)] == [None, None, 0.0]
    assert lines(events) == [
        "WaitStarted list_associations token 1",
        "AttemptStarted list_associations 1",
        "AttemptEnded list_associations 1 401",
        "WaitStarted list_associations token 2 AuthenticationError",
        "WaitStarted list_associations retry 2 AuthenticationError",
        "AttemptStarted list_associations 2",
        "AttemptEnded list_associations 2 200",
        "CallEnded list_associations 2",
    ]
