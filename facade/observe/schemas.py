"""The fields and values of the contract.

Generated from openapi/associations.json by `make generate`: edit openapi/overlay.yaml instead.
"""

from typing import Final

# By schema: the names of its fields.
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "AssociationEnvelope": ("association", "traceId", "updated"),
    "AssociationListPayload": ("associations", "total", "traceId"),
    "AssociationPayload": (
        "associationType",
        "firstObjectKey",
        "firstObjectLabel",
        "firstObjectToSecondObjectCardinality",
        "firstObjectToSecondObjectMaxLimit",
        "id",
        "key",
        "locationId",
        "secondObjectKey",
        "secondObjectLabel",
        "secondObjectToFirstObjectCardinality",
        "secondObjectToFirstObjectMaxLimit",
        "traceId",
    ),
    "CreateAssociationBody": (
        "firstObjectKey",
        "firstObjectLabel",
        "firstObjectToSecondObjectCardinality",
        "firstObjectToSecondObjectMaxLimit",
        "key",
        "locationId",
        "secondObjectKey",
        "secondObjectLabel",
        "secondObjectToFirstObjectCardinality",
        "secondObjectToFirstObjectMaxLimit",
    ),
    "CreateRelationBody": ("associationId", "firstRecordId", "locationId", "secondRecordId"),
    "CreateRelationsBody": ("add", "locationId"),
    "CreatedRelationsPayload": ("results", "traceId"),
    "DeletedPayload": ("deleted", "id", "message", "traceId"),
    "ErrorPayload": ("error", "message", "statusCode", "traceId"),
    "RelationListPayload": ("relations", "total", "traceId"),
    "RelationPayload": (
        "associationId",
        "associationKey",
        "firstObjectKey",
        "firstRecordId",
        "id",
        "locationId",
        "primary",
        "secondObjectKey",
        "secondRecordId",
        "traceId",
    ),
    "UnprocessablePayload": ("error", "message", "statusCode", "traceId"),
    "UpdateAssociationBody": ("firstObjectLabel", "secondObjectLabel"),
}

# By schema: the fields that it requires.
REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "AssociationEnvelope": ("association",),
    "AssociationListPayload": ("associations",),
    "AssociationPayload": ("id",),
    "CreateAssociationBody": (
        "firstObjectKey",
        "firstObjectLabel",
        "key",
        "locationId",
        "secondObjectKey",
        "secondObjectLabel",
    ),
    "CreateRelationBody": ("associationId", "firstRecordId", "locationId", "secondRecordId"),
    "CreateRelationsBody": ("add", "locationId"),
    "CreatedRelationsPayload": ("results",),
    "RelationListPayload": ("relations",),
    "UpdateAssociationBody": ("firstObjectLabel", "secondObjectLabel"),
}

# By field: the values that are known; others may come.
VALUES: Final[dict[str, tuple[str, ...]]] = {
    "associationType": ("SYSTEM_DEFINED", "USER_DEFINED"),
    "firstObjectToSecondObjectCardinality": (
        "MANY_TO_MANY",
        "MANY_TO_ONE",
        "ONE_TO_MANY",
        "ONE_TO_ONE",
    ),
    "secondObjectToFirstObjectCardinality": (
        "MANY_TO_MANY",
        "MANY_TO_ONE",
        "ONE_TO_MANY",
        "ONE_TO_ONE",
    ),
}
