"""What the facade needs of generated code: the operations of each method, and their parts.

Literals, because the tools that read them do not import the facade.
"""

from typing import Final

# By method: ids of operations, in the order in which they may be sent.
METHODS: Final[dict[str, tuple[str, ...]]] = {
    "associations.create": ("create_association", "get_association_by_key"),
    "associations.ensure": ("get_association_by_key", "create_association"),
    "associations.get": ("get_association",),
    "associations.get_by_key": ("get_association_by_key",),
    "associations.list_for_object": ("list_associations_by_object_key",),
    "associations.list": ("list_associations",),
    "associations.iterate": ("list_associations",),
    "associations.update": ("update_association", "get_association"),
    "associations.delete": ("delete_association",),
    "relations.create": ("create_relation", "list_relations"),
    "relations.ensure": ("create_relation", "list_relations"),
    "relations.link": ("create_relation", "list_relations"),
    "relations.unlink": ("list_relations", "delete_relation"),
    "relations.list": ("list_relations",),
    "relations.iterate": ("list_relations",),
    "relations.delete": ("delete_relation",),
}

# The same of methods that the client does not offer, after their file.
INTERNAL: Final[dict[str, tuple[str, ...]]] = {
    "AsyncPatientRelations.create_together": ("bulk/_async/one_by_one.py", "create_relations"),
}

# By operation: the query parameters and body fields that it always `sends`, and those that it
# `may_send` if they are given; the generated `classes` of its body; and what it `reads` of a
# response, without which the response is of no use. Words in snake_case.
NEEDS: Final[dict[str, dict[str, str]]] = {
    "create_association": {
        "sends": "location_id key first_object_key first_object_label second_object_key "
        "second_object_label",
        "may_send": "first_object_to_second_object_cardinality "
        "second_object_to_first_object_cardinality first_object_to_second_object_max_limit "
        "second_object_to_first_object_max_limit",
        "classes": "CreateAssociationBody",
    },
    "get_association": {"reads": "id"},
    "get_association_by_key": {"sends": "location_id", "reads": "id"},
    "list_associations_by_object_key": {
        "sends": "location_id",
        "may_send": "include_internal_associations",
        "reads": "associations",
    },
    "list_associations": {"sends": "location_id skip limit", "reads": "associations"},
    "update_association": {
        "sends": "first_object_label second_object_label",
        "classes": "UpdateAssociationBody",
    },
    "delete_association": {},
    "create_relation": {
        "sends": "location_id association_id first_record_id second_record_id",
        "classes": "CreateRelationBody",
    },
    "list_relations": {
        "sends": "location_id skip limit",
        "may_send": "association_ids",
        "reads": "relations",
    },
    "delete_relation": {"sends": "location_id"},
    "create_relations": {
        "sends": "location_id add association_id first_record_id second_record_id",
        "classes": "CreateRelationsBody CreateRelationsBodyAddItem",
        "reads": "results",
    },
}
