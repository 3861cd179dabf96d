"""Why a delivery is not acted on, as one tree.

WebhookError
├── SignatureMissingError     there is no signature that may be trusted
├── SignatureMismatchError    the signature is not HighLevel's for this body
├── UnreadableError           the body is not what HighLevel is known to send
│   └── UnknownKindError      it is of another kind, or does not say of which
├── StaleError                it is too old, or does not say how old
├── RepeatedError             it has been here before
└── SeenUnavailableError      what has been here before cannot be looked up
"""

from facade.errors import AssociationsError


class WebhookError(AssociationsError):
    """A delivery that must not be acted on; `status_code` is what to answer it with."""

    status_code = 400


class SignatureMissingError(WebhookError):
    """There is no signature that may be trusted."""

    status_code = 401


class SignatureMismatchError(WebhookError):
    """The signature is not HighLevel's for this body: it is forged, or was changed on its way."""

    status_code = 401


class UnreadableError(WebhookError):
    """The body is not what HighLevel is known to send."""


class UnknownKindError(UnreadableError):
    """The body is of another kind than associations and relations, or does not say of which."""


class StaleError(WebhookError):
    """The delivery is too old, or does not say how old it is."""


class RepeatedError(WebhookError):
    """The delivery has been here before: nothing is wrong, and there is nothing to do."""

    status_code = 200


class SeenUnavailableError(WebhookError):
    """What has been here before cannot be looked up, so the delivery may be a repeated one."""

    status_code = 503
