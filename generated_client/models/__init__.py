"""Contains all the data models used in inputs/outputs"""

from .api_version import ApiVersion
from .association_envelope import AssociationEnvelope
from .association_list_payload import AssociationListPayload
from .association_payload import AssociationPayload
from .create_association_body import CreateAssociationBody
from .create_relation_body import CreateRelationBody
from .create_relations_body import CreateRelationsBody
from .create_relations_body_add_item import CreateRelationsBodyAddItem
from .created_relations_payload import CreatedRelationsPayload
from .deleted_payload import DeletedPayload
from .error_payload import ErrorPayload
from .relation_list_payload import RelationListPayload
from .relation_payload import RelationPayload
from .unprocessable_payload import UnprocessablePayload
from .update_association_body import UpdateAssociationBody

__all__ = (
    "ApiVersion",
    "AssociationEnvelope",
    "AssociationListPayload",
    "AssociationPayload",
    "CreateAssociationBody",
    "CreatedRelationsPayload",
    "CreateRelationBody",
    "CreateRelationsBody",
    "CreateRelationsBodyAddItem",
    "DeletedPayload",
    "ErrorPayload",
    "RelationListPayload",
    "RelationPayload",
    "UnprocessablePayload",
    "UpdateAssociationBody",
)
