"""The errors survive pickling, and say whether the outcome is unknown."""

import copy
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import pytest

from facade import (
    APIStatusError,
    AssociationsError,
    ContractError,
    errors,
)

CLASSES = [
    found
    for found in vars(errors).values()
    if isinstance(found, type)
    and issubclass(found, AssociationsError)
    and not found.__name__.startswith("_")
]

HOUR = 3600.0


def example(kind: type[AssociationsError]) -> AssociationsError:
    error: AssociationsError
    if issubclass(kind, APIStatusError | ContractError):
        error = kind(
            "GET /x returned 429: slow down",
            method="GET",
            path="/x",
            status_code=429,
            headers={"a": "b"},
            body={
                "error": {"message": ["slow", "down"], "code": "SLOW", "details": {"most": 1}},
                "traceId": "t-1",
            },
        )
    else:
        error = kind("GET /x: no answer", method="GET", path="/x")
    if isinstance(error, APIStatusError):
        error.retry_after = HOUR
    error.repeated = True
    return error


def test_an_error_is_whole_after_pickle_copy_and_deepcopy() -> None:
    for kind in CLASSES:
        error = example(kind)
        for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
            assert type(other) is kind
            assert (str(other), vars(other)) == (str(error), vars(error))
            if isinstance(other, APIStatusError):
                assert other.messages == ("slow", "down")
                assert (other.code, other.details) == ("SLOW", {"most": 1})
                assert (other.trace_id, other.retry_after, other.repeated) == ("t-1", HOUR, True)


def fail(kind: type[AssociationsError]) -> None:
    raise example(kind)


def test_an_error_comes_home_from_another_process() -> None:
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        for kind in (errors.RateLimitError, ContractError, errors.ConnectionLostError):
            with pytest.raises(kind) as raised:
                pool.submit(fail, kind).result()
            assert vars(raised.value) == vars(example(kind))


UNKNOWN = {
    "APIConnectionError",
    "APITimeoutError",
    "ConnectionLostError",
    "ContractError",
    "DeadlineError",  # of which the example was repeated
    "ResponseTooLargeError",
    "ServerError",
}


def test_an_error_knows_whether_what_was_asked_may_have_been_done() -> None:
    assert {kind.__name__ for kind in CLASSES if example(kind).outcome_unknown} == UNKNOWN
    assert not errors.DeadlineError("nothing was sent").outcome_unknown
    for kind, is_unknown in (
        (errors.UnprocessableEntityError, True),
        (errors.EqualLabelsError, False),
    ):
        odd: list[Any] = [{"message": "odd"}, {"error": {"message": "odd"}}]
        fields: list[Any] = [{"message": ["odd"]}, {"error": {"message": ["odd"]}}]
        unknown = [kind("", body=body).outcome_unknown for body in (*odd, *fields)]
        assert unknown == [is_unknown, is_unknown, False, False]
    codes = [408, 409]
    assert [errors.APIStatusError("", status_code=one).outcome_unknown for one in codes] == [
        True,
        False,
    ]


def test_a_body_that_is_no_error_body_says_nothing() -> None:
    bodies: list[Any] = [None, "no", ["message"], {}]
    for body in bodies:
        error = errors.APIStatusError("", body=body)
        assert (error.messages, error.code, error.details, error.trace_id) == ((), None, None, None)
