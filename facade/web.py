"""What a web app answers its own users if a call failed."""

from typing import Any, cast

from facade.errors import AssociationsError

__all__ = ["answer"]

# By status, the text for a user, and the names of the errors: not every module is loaded.
_ANSWERS = {
    400: ("HighLevel refused this.", "BadRequestError"),
    403: (
        "Connect your HighLevel account again.",
        "StateMismatchError ReauthorizationError NotInstalledError",
    ),
    404: ("HighLevel does not have this.", "NotFoundError"),
    409: (
        "This exists in HighLevel already, or there is no room for another.",
        "DuplicateAssociationError DuplicateRelationError DuplicateOpportunityError "
        "RelationLimitError AssociationConflictError",
    ),
    422: ("HighLevel refused this.", "UnprocessableEntityError"),
    429: ("HighLevel's limit of this day is reached. Try again tomorrow.", "DailyLimitError"),
    500: (
        "This service has a fault of its own: its operator has to mend it.",
        "AuthenticationError PermissionDeniedError OAuthRefusedError TokenStoreError JournalError",
    ),
    502: (
        "HighLevel gave an answer that this service does not understand.",
        "AssociationsError",
    ),
    503: (
        "HighLevel is not available at the moment. Try again in a minute.",
        "APIConnectionError RateLimitError ServerError PaceError",
    ),
    504: ("HighLevel did not answer in time. Try again in a minute.", "APITimeoutError"),
}
_STATUSES = {name: status for status, (_, names) in _ANSWERS.items() for name in names.split()}


def answer(error: AssociationsError) -> tuple[int, str]:
    """Return a status and a text for a user: HighLevel's reasons, if a user can mend them.

    They are HighLevel's words as they came: escape them in HTML. `str(error)` is for developers,
    and belongs in the log: it names the request and what to do. A WebhookError has the status that
    HighLevel, which reads the response, needs.
    """
    names = [each.__name__ for each in type(error).__mro__]
    if "WebhookError" in names:
        return cast("Any", error).status_code, "The delivery is not handled."
    status = next((_STATUSES[name] for name in names if name in _STATUSES), 500)
    is_theirs = status in (400, 404, 409, 422)
    reasons: tuple[str, ...] = getattr(error, "messages", ()) if is_theirs else ()
    return status, "; ".join(reasons) or _ANSWERS[status][0]
