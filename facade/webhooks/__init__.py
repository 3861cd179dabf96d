"""HighLevel's webhooks: is it theirs, what does it say, and has it been here before?"""

from facade.webhooks.errors import (
    RepeatedError,
    SeenUnavailableError,
    SignatureMismatchError,
    SignatureMissingError,
    StaleError,
    UnknownKindError,
    UnreadableError,
    WebhookError,
)
from facade.webhooks.events import (
    AssociationCreated,
    AssociationDeleted,
    AssociationUpdated,
    Event,
    RelationCreated,
    RelationDeleted,
    parse,
)
from facade.webhooks.replay import Guard, MemorySeen, Seen
from facade.webhooks.signatures import PUBLIC_KEY, verify

__all__ = [
    "PUBLIC_KEY",
    "AssociationCreated",
    "AssociationDeleted",
    "AssociationUpdated",
    "Event",
    "Guard",
    "MemorySeen",
    "RelationCreated",
    "RelationDeleted",
    "RepeatedError",
    "Seen",
    "SeenUnavailableError",
    "SignatureMismatchError",
    "SignatureMissingError",
    "StaleError",
    "UnknownKindError",
    "UnreadableError",
    "WebhookError",
    "parse",
    "verify",
]
