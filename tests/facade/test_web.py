"""A web app answers each error with a status and with what its users can use."""

from typing import Any

import pytest

import facade.bulk.journal
import facade.errors
import facade.oauth.failures
from facade.errors import AssociationsError
from facade.oauth import OAuthError, StateMismatchError
from facade.web import _STATUSES, _TEXTS, answer
from facade.webhooks.rejections import RepeatedError, SignatureMissingError

REASONS = "Invalid record id; twice"
TEXTS: list[tuple[type[AssociationsError], int, int, str]] = [
    (facade.InvalidRecordError, 422, 422, REASONS),
    (facade.RelationLimitError, 400, 409, REASONS),
    (facade.NotFoundError, 404, 404, REASONS),
    (facade.BadRequestError, 400, 400, REASONS),
    (facade.MissingScopeError, 401, 500, _TEXTS[500]),
    (facade.RateLimitError, 429, 503, _TEXTS[503]),
    (facade.ContractError, 200, 502, _TEXTS[502]),
    (facade.APITimeoutError, 0, 504, _TEXTS[504]),
    (facade.DailyLimitError, 429, 429, _TEXTS[429]),
    (SignatureMissingError, 0, 401, "The delivery is not handled."),
    (RepeatedError, 0, 200, "The delivery is not handled."),
    (StateMismatchError, 0, 403, _TEXTS[403]),
    (OAuthError, 0, 502, _TEXTS[502]),
]


@pytest.mark.parametrize(("kind", "came", "status", "text"), TEXTS)
def test_reasons_are_for_users_if_they_can_mend_them(
    kind: type[AssociationsError], came: int, status: int, text: str
) -> None:
    body = {"message": ["Invalid record id", "twice"]}
    options: dict[str, Any] = {"status_code": came, "body": body} if came else {}
    assert answer(kind("secret: for developers", **options)) == (status, text)


def test_each_status_is_of_an_error_and_has_a_text_and_what_is_no_error_is_a_fault() -> None:
    modules = facade.errors, facade.oauth.failures, facade.bulk.journal
    assert all(any(hasattr(one, name) for one in modules) for name in _STATUSES)
    assert {*_STATUSES.values()} == _TEXTS.keys()
    error = facade.InvalidRecordError("for developers", status_code=422, body="<html>")
    assert answer(error) == (422, "HighLevel refused this.")
    assert answer(ValueError("secret"))[0] == 500  # type: ignore[arg-type]
