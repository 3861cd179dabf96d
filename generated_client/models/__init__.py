"""Contains all the data models used in inputs/outputs"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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

_MODULES = {
    "ApiVersion": ".api_version",
    "AssociationEnvelope": ".association_envelope",
    "AssociationListPayload": ".association_list_payload",
    "AssociationPayload": ".association_payload",
    "CreateAssociationBody": ".create_association_body",
    "CreateRelationBody": ".create_relation_body",
    "CreateRelationsBody": ".create_relations_body",
    "CreateRelationsBodyAddItem": ".create_relations_body_add_item",
    "CreatedRelationsPayload": ".created_relations_payload",
    "DeletedPayload": ".deleted_payload",
    "ErrorPayload": ".error_payload",
    "RelationListPayload": ".relation_list_payload",
    "RelationPayload": ".relation_payload",
    "UnprocessablePayload": ".unprocessable_payload",
    "UpdateAssociationBody": ".update_association_body",
}

if not TYPE_CHECKING:  # a type checker would accept any name

    def __getattr__(name):
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(_MODULES[name], __name__), name)
        return found


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
