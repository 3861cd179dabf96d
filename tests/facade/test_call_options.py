"""The options of a call: invalid ones are rejected before anything is sent."""

from typing import Any

import pytest

import facade
from facade._core.call_options import with_query
from facade.testing import Sandbox


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        (
            {"timout": 5},
            TypeError,
            "'timout' is not an option of a call; the options are timeout, retries, deadline,",
        ),
        ({"retries": "x"}, TypeError, "retries must be a number, not 'x'"),
        ({"retries": None}, TypeError, "retries must be a number, not None"),
        ({"retries": 1.5}, TypeError, "retries must be a number, not 1.5"),
        ({"retries": -3}, ValueError, "retries must be 0 or more, not -3"),
        ({"timeout": None}, TypeError, "timeout must be a number, not None"),
        ({"timeout": 0}, ValueError, "timeout cannot be 0"),
        ({"deadline": True}, TypeError, "deadline must be a number, not True"),
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
    added = with_query({"extra_query": {"a": "1"}, "retries": 2}, "b", "true")
    assert added == {"extra_query": {"a": "1", "b": "true"}, "retries": 2}
    with pytest.raises(ValueError, match="extra_query cannot set b: the method sends it"):
        with_query(added, "b", "true")
