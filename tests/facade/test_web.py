"""A web app answers each error with a status and with what its users can use."""

from typing import Any

import pytest

import facade.bulk.journal
import facade.errors
import facade.oauth.failures
from facade.errors import AssociationsError
from facade.oauth import OAuthError, StateMismatchError
from facade.web import _STATUSES, answer
from facade.webhooks.rejections import RepeatedError, SignatureMissingError

REASONS = "Invalid record id; twice"
TEXTS: list[tuple[type[AssociationsError], int, int, str]] = [
    (facade.InvalidRecordError, 422, 422, REASONS),
    (facade.RelationLimitError, 400, 409, REASONS),
    (facade.NotFoundError, 404, 404, REASONS),
    (facade.BadRequestError, 400, 400, REASONS),
    (facade.MissingScopeError, 401, 500, "This service has a fault of its own: its operator"),
    (facade.RateLimitError, 429, 503, "HighLevel is not available at the moment."),
    (facade.ContractError, 200, 502, "HighLevel gave an answer that this service does"),
    (facade.APITimeoutError, 0, 504, "HighLevel did not answer in time."),
    (facade.DailyLimitError, 429, 429, "HighLevel's limit of this day is reached."),
    (SignatureMissingError, 0, 401, "The delivery is not handled."),
    (RepeatedError, 0, 200, "The delivery is not handled."),
    (StateMismatchError, 0, 403, "Connect your HighLevel account again."),
    (OAuthError, 0, 502, "HighLevel gave an answer that this service does"),
]


@pytest.mark.parametrize(("kind", "came", "status", "text"), TEXTS)
def test_reasons_are_for_users_if_they_can_mend_them(
    kind: type[AssociationsError], came: int, status: int, text: str
) -> None:
    body = {"message": ["Invalid record id", "twice"]}
    options: dict[str, Any] = {"status_code": came, "body": body} if came else {}
    found, said = answer(kind("secret: for developers", **options))
    assert (found, text in said, "secret" in said) == (status, True, False)


def test_each_name_is_of_an_error_and_what_is_no_error_is_a_fault() -> None:
    modules = facade.errors, facade.oauth.failures, facade.bulk.journal
    assert all(any(hasattr(one, name) for one in modules) for name in _STATUSES)
    error = facade.InvalidRecordError("for developers", status_code=422, body="<html>")
    assert answer(error) == (422, "HighLevel refused this.")
    assert answer(ValueError("secret"))[0] == 500  # type: ignore[arg-type]
