"""Why a delivery must not be acted on, as one tree.

WebhookError
├── SignatureMissingError     no signature that can be trusted
├── SignatureMismatchError    the signature is not HighLevel's signature of this body
├── UnreadableError           the body is not one that HighLevel is known to send
│   └── UnknownKindError      the body does not name its kind, or names another than expected
├── StaleError                the delivery is too old, or has no timestamp
├── RepeatedError             the delivery was handled before
├── InProgressError           the delivery is being handled, by this worker or another
└── ReplayStoreError          the store of received deliveries cannot be read or written
"""

from facade.errors import AssociationsError


class WebhookError(AssociationsError):
    """A delivery must not be acted on; `status_code` is the status to answer it with."""

    status_code = 400


class SignatureMissingError(WebhookError):
    """The delivery has no signature that can be trusted."""

    status_code = 401


class SignatureMismatchError(WebhookError):
    """The signature is not HighLevel's signature of this body: it is forged, or was changed."""

    status_code = 401


class UnreadableError(WebhookError):
    """The body is not one that HighLevel is known to send."""


class UnknownKindError(UnreadableError):
    """The body does not name its kind, or names another than the expected one."""


class StaleError(WebhookError):
    """The delivery is too old, or has no timestamp."""


class RepeatedError(WebhookError):
    """The delivery was handled before: nothing is wrong, and there is nothing to do."""

    status_code = 200


class InProgressError(WebhookError):
    """The delivery is being handled: whether HighLevel must send it again is not known yet."""

    status_code = 409


class ReplayStoreError(WebhookError):
    """The store of received deliveries cannot be read or written: this one may be a repetition."""

    status_code = 503
