"""The errors survive pickling, and say whether the outcome is unknown."""

import copy
import pickle
from typing import Any

from facade import APIStatusError, AssociationsError, ContractError, errors

CLASSES = [
    found
    for found in vars(errors).values()
    if isinstance(found, type)
    and issubclass(found, AssociationsError)
    and not found.__name__.startswith("_")
]
BODY = {
    "error": {"message": ["slow", "down"], "code": "SLOW", "details": {"most": 1}},
    "traceId": "t-1",
}


def example(kind: type[AssociationsError]) -> AssociationsError:
    given: dict[str, Any] = {"method": "GET", "path": "/x"}
    if issubclass(kind, APIStatusError | ContractError):
        given |= {"status_code": 429, "headers": {"a": "b"}, "body": BODY}
    error = kind("GET /x failed", **given)
    error.repeated = True
    return error


def test_an_error_is_whole_after_pickle_copy_and_deepcopy() -> None:
    for kind in CLASSES:
        error = example(kind)
        for other in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
            assert (type(other), str(other), vars(other)) == (kind, str(error), vars(error))
            assert (other.method, other.path) == ("GET", "/x")
            assert (other.repeated, other.attempts, other.elapsed) == (True, 0, 0.0)
            if isinstance(other, APIStatusError):
                assert (other.messages, other.code) == (("slow", "down"), "SLOW")
                assert (other.details, other.trace_id) == ({"most": 1}, "t-1")


# The example of a DeadlineError was repeated.
UNKNOWN = "APIConnection APITimeout ConnectionLost Contract Deadline ResponseTooLarge Server"


def test_an_error_knows_whether_what_was_asked_may_have_been_done() -> None:
    found = {kind.__name__ for kind in CLASSES if example(kind).outcome_unknown}
    assert found == {f"{name}Error" for name in UNKNOWN.split()}
    assert not errors.DeadlineError("nothing was sent").outcome_unknown
    assert errors.APIStatusError("", status_code=408).outcome_unknown
    for kind, message, is_unknown in (
        (errors.UnprocessableEntityError, "odd", True),
        (errors.UnprocessableEntityError, ["odd"], False),
        (errors.EqualLabelsError, "odd", False),
    ):
        assert kind("", body={"message": message}).outcome_unknown is is_unknown
