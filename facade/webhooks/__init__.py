"""HighLevel's webhooks: verify a delivery, parse it into an event, handle each event once."""

from facade.webhooks.payloads import (
    AppInstalled,
    AppUninstalled,
    AssociationCreated,
    AssociationDeleted,
    AssociationUpdated,
    Event,
    RelationCreated,
    RelationDeleted,
    parse,
)
from facade.webhooks.rejections import (
    RETRY_STATUS,
    InProgressError,
    LeaseLostError,
    RepeatedError,
    ReplayStoreError,
    SignatureMismatchError,
    SignatureMissingError,
    StaleError,
    UnknownKindError,
    UnreadableError,
    WebhookError,
)
from facade.webhooks.replay import (
    DeliveryState,
    Guard,
    MemoryReplayStore,
    ReplayStore,
    SqliteReplayStore,
)
from facade.webhooks.signatures import PUBLIC_KEY, verify

__all__ = [
    "PUBLIC_KEY",
    "RETRY_STATUS",
    "AppInstalled",
    "AppUninstalled",
    "AssociationCreated",
    "AssociationDeleted",
    "AssociationUpdated",
    "DeliveryState",
    "Event",
    "Guard",
    "InProgressError",
    "LeaseLostError",
    "MemoryReplayStore",
    "RelationCreated",
    "RelationDeleted",
    "RepeatedError",
    "ReplayStore",
    "ReplayStoreError",
    "SignatureMismatchError",
    "SignatureMissingError",
    "SqliteReplayStore",
    "StaleError",
    "UnknownKindError",
    "UnreadableError",
    "WebhookError",
    "parse",
    "verify",
]
