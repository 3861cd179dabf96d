"""A web app answers each error with a status and with what its users can use."""

from typing import Any

import pytest

import facade.bulk.journal
import facade.errors
import facade.oauth.failures
from facade.errors import (
    APITimeoutError,
    AssociationsError,
    ContractError,
    DailyLimitError,
    InvalidRecordError,
    MissingScopeError,
    RateLimitError,
    RelationLimitError,
)
from facade.oauth import OAuthError, StateMismatchError
from facade.web import _STATUSES, answer
from facade.webhooks.rejections import RepeatedError, SignatureMissingError

FAULT = "This service has a fault of its own: its operator has to mend it."
TEXTS: list[tuple[type[AssociationsError], int, int, str]] = [
    (InvalidRecordError, 422, 422, "Invalid record id; twice"),
    (RelationLimitError, 400, 409, "Invalid record id; twice"),
    (
        MissingScopeError,
        401,
        500,
        "This service has a fault of its own: its operator has to mend it.",
    ),
    (RateLimitError, 429, 503, "HighLevel is not available at the moment. Try again in a minute."),
    (ContractError, 200, 502, "HighLevel gave an answer that this service does not understand."),
    (APITimeoutError, 0, 504, "HighLevel did not answer in time. Try again in a minute."),
    (DailyLimitError, 429, 429, "HighLevel's limit of this day is reached. Try again tomorrow."),
    (SignatureMissingError, 0, 401, "The delivery is not handled."),
    (RepeatedError, 0, 200, "The delivery is not handled."),
    (StateMismatchError, 0, 403, "Connect your HighLevel account again."),
    (OAuthError, 0, 502, "HighLevel gave an answer that this service does not understand."),
]


@pytest.mark.parametrize(("kind", "came", "status", "text"), TEXTS)
def test_reasons_are_for_users_if_they_can_mend_them(
    kind: type[AssociationsError], came: int, status: int, text: str
) -> None:
    body = {"message": ["Invalid record id", "twice"]}
    options: dict[str, Any] = {"status_code": came, "body": body} if came else {}
    assert answer(kind("secret: for developers", **options)) == (status, text)


def test_a_refusal_without_reasons_has_a_text() -> None:
    error = InvalidRecordError("for developers", status_code=422, body="<html>")
    assert answer(error) == (422, "HighLevel refused this.")


def test_each_error_has_a_status_of_its_own_or_of_its_base_and_a_text() -> None:
    modules = facade.errors, facade.oauth.failures, facade.bulk.journal
    kinds: set[Any] = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, AssociationsError)
    }
    assert {kind.__name__ for kind in kinds} >= _STATUSES.keys()
    answers = dict(answer(kind.__new__(kind)) for kind in kinds if not hasattr(kind, "messages"))
    answers |= dict(
        answer(kind("", status_code=400)) for kind in kinds if hasattr(kind, "messages")
    )
    assert sorted(answers) == [400, 403, 404, 409, 422, 429, 500, 502, 503, 504]
    assert all(text.endswith(".") for text in answers.values())


def test_what_is_no_error_of_a_call_is_a_fault_of_the_app() -> None:
    assert answer(ValueError("secret"))[0] == 500  # type: ignore[arg-type]
