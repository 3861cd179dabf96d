"""Events: their fields, without secrets, and valid hooks."""

import logging
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from facade import AssociationsClient, LocalPace
from facade.observe import CallEvent, WaitStarted
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.events import lines


class Renewed:
    """A token that is not there yet, and that can be renewed once."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._is_there = False

    def has_fresh_token(self, location_id: str) -> bool:
        return self._is_there

    def token(self, location_id: str) -> str:
        self._is_there = True
        return self._tokens[0]

    def renew(self, location_id: str, token: str) -> bool:
        return token == self._tokens.pop(0)


Make = Callable[..., Any]


@pytest.fixture
def make(clients: Clients, sandbox: Sandbox, events: list[CallEvent]) -> Make:
    """Make a client of a sandbox that reports its events."""

    def make(token: Any = sandbox.token, sandbox: Sandbox = sandbox, **options: Any) -> Any:
        given = {"transport": sandbox.transport(), "on_event": events.append, **options}
        return clients(token, sandbox.location_id, **given)

    return make


def test_waits_for_the_pace_are_events_however_short(make: Make, events: list[CallEvent]) -> None:
    client = make(pace=LocalPace(calls=1))
    for _ in range(2):
        client.associations.list()
    waits = [one for one in events if isinstance(one, WaitStarted)]
    assert [(one.reason, one.attempt, one.error) for one in waits] == [("pace", 1, None)]
    assert 0 < (waits[0].seconds or 0) <= 10


def test_waits_for_a_token_that_is_renewed_are_events(
    make: Make, sandbox: Sandbox, events: list[CallEvent]
) -> None:
    make(Renewed(["eyJ-old", sandbox.token])).associations.list()
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


def test_an_error_of_the_hook_is_logged_and_breaks_no_call_but_ctrl_c_does(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(event: CallEvent) -> None:
        raise failure

    failure: type[BaseException] = ZeroDivisionError
    client = make(on_event=fail)
    assert client.associations.list().items
    warned = [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING]
    assert warned == ["on_event raised an error, which is ignored"] * 3
    failure = KeyboardInterrupt
    with pytest.raises(KeyboardInterrupt):
        client.associations.list()


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
    make: Make, events: list[CallEvent], sandbox: Sandbox
) -> None:
    make().relations.list("contact-ann")
    assert pickle.loads(pickle.dumps(events)) == events
    assert sandbox.token not in repr(events)
    assert "contact-ann" not in repr(events)
