"""The errors of a delivery that must not be handled, as one tree below WebhookError."""

from facade.errors import AssociationsError

# The only error status after which HighLevel repeats a delivery under both rules that it published:
# one repeats after a 429 alone, the other one after every status that is not 2xx.
RETRY_STATUS = 429
"""The status of a response to a delivery that HighLevel must repeat, 429."""


class WebhookError(AssociationsError):
    """A delivery must not be handled; `status_code` is the status of the response to it."""

    status_code = 400


class SignatureMissingError(WebhookError):
    """The delivery has no valid signature header."""

    status_code = 401


class SignatureMismatchError(WebhookError):
    """The signature is not HighLevel's signature of this body, which is forged or modified."""

    status_code = 401


class UnreadableError(WebhookError):
    """The body has no known format."""


class UnknownKindError(UnreadableError):
    """The body has no kind, or not the expected one."""


class StaleError(WebhookError):
    """The delivery is too old, of a later time, or has no timestamp.

    After one of a later time, the status is 429: the clock of this machine is wrong.
    """


class RepeatedError(WebhookError):
    """The delivery was handled already: there is nothing to do."""

    status_code = 200


class InProgressError(WebhookError):
    """The delivery is being handled: HighLevel must repeat it, in case that fails."""

    status_code = RETRY_STATUS


class LeaseLostError(WebhookError):
    """The handler succeeded after its lease had ended, and another worker has begun the delivery.

    So it may be handled twice: HighLevel must repeat it, in case the other worker fails.
    """

    status_code = RETRY_STATUS


class ReplayStoreError(WebhookError):
    """The store of received deliveries cannot be read or written: HighLevel must repeat it."""

    status_code = RETRY_STATUS
