"""The options of a call: invalid ones are rejected before anything is sent."""

from typing import Any

import httpx
import pytest

import facade
from facade._core.call_options import CallSettings
from facade.testing import Sandbox
from tests.facade.driving import Clients
from tests.facade.responding import OK, TOKEN, in_turn

NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        (
            {"timout": 5},
            TypeError,
            "'timout' is not an option of a call; the options are timeout, retries, deadline,",
        ),
        ({"retries": "x"}, TypeError, "retries must be a whole number, not 'x'"),
        ({"retries": None}, TypeError, "retries must be a whole number, not None"),
        ({"retries": 1.5}, TypeError, "retries must be a whole number, not 1.5"),
        ({"retries": -3}, ValueError, "retries must be 0 or more, not -3"),
        ({"timeout": None}, TypeError, "timeout must be a number, not None"),
        ({"timeout": 0}, ValueError, "timeout must be 0.001 or more, not 0"),
        ({"deadline": True}, TypeError, "deadline must be a number, not True"),
        ({"max_backoff": "3"}, TypeError, "max_backoff must be a number, not '3'"),
        ({"max_backoff": -0.1}, ValueError, "max_backoff must be 0 or more, not -0.1"),
        ({"timeout": 0.0009}, ValueError, "timeout must be 0.001 or more, not 0.0009"),
        (
            {"timeout": NAN},
            ValueError,
            "timeout must be 0.001 or more, not nan",
        ),
        (
            {"timeout": 1e6 + 1},
            ValueError,
            "timeout must be (0|0.001|-1,000,000) (to 1,000,000|or more)",
        ),
        (
            {"deadline": INFINITY},
            ValueError,
            "deadline must be -1,000,000 to 1,000,000, not inf",
        ),
        ({"deadline": -1e9}, ValueError, "deadline must be -1,000,000 or more"),
        (
            {"max_backoff": NAN},
            ValueError,
            "max_backoff must be 0 or more, not nan",
        ),
        (
            {"extra_headers": {"version": "v3"}},
            ValueError,
            "extra_headers cannot set version: the client sends its own",
        ),
        (
            {"extra_headers": {"AUTHORIZATION": "x"}},
            ValueError,
            "extra_headers cannot set AUTHORIZATION: the client sends its own",
        ),
        (
            {"extra_headers": {"X-A": "b\r\nX-C: d"}},
            ValueError,
            "'X-A' in extra_headers is not a valid header",
        ),
        (
            {"extra_headers": {"X A": "b"}},
            ValueError,
            "'X A' in extra_headers is not a valid header",
        ),
        ({"extra_headers": {"X-A": 5}}, TypeError, "X-A in extra_headers must be text, not int"),
        (
            {"extra_query": "a=b"},
            TypeError,
            "extra_query must be a mapping of names to values, not 'a=b'",
        ),
        ({"extra_body": {5: 1}}, TypeError, "a name in extra_body must be text, not 5"),
        ({"extra_query": {"": 1}}, TypeError, "a name in extra_query must be text, not ''"),
    ],
)
def test_a_wrong_option_of_a_call_is_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, options: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        client.associations.list(**options)
    assert sandbox.requests == []


@pytest.mark.parametrize("deadline", [0, -5])
def test_nothing_is_sent_after_the_deadline(client: Any, sandbox: Sandbox, deadline: float) -> None:
    with pytest.raises(facade.DeadlineError) as raised:
        client.relations.create("a", first_record_id="b", second_record_id="c", deadline=deadline)
    assert sandbox.requests == []
    assert not raised.value.outcome_unknown
    assert (raised.value.method, raised.value.path) == ("POST", "/associations/relations")


def test_a_method_and_its_caller_cannot_both_set_a_parameter() -> None:
    given = CallSettings({}, 2, 3.0, extra_query={"a": "1"})
    added = given.with_query("b", "true")
    assert added == given._replace(extra_query={"a": "1", "b": "true"})
    with pytest.raises(ValueError, match="extra_query cannot set b: the method sends it"):
        added.with_query("b", "true")


def test_what_a_call_does_not_set_is_as_the_client_has_it(clients: Clients) -> None:
    transport, requests = in_turn(OK)
    client = clients(TOKEN, "loc", transport=transport, timeout=7, deadline=None)
    client.associations.get("a1", retries=1)
    client.associations.get("a1", timeout=2)
    assert [one.extensions["timeout"]["connect"] for one in requests] == [7, 2]


def test_the_longest_backoff_of_a_call_is_shorter_than_that_of_the_client(
    clients: Clients, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: high)
    transport, _ = in_turn(httpx.Response(503))
    client = clients(TOKEN, "loc", transport=transport, max_backoff=20)
    with pytest.raises(facade.ServerError):
        client.associations.get("a1", max_backoff=1, retries=4)
    assert waits == [0.5, 1.0, 1.0, 1.0]
