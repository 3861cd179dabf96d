"""What the facade needs of generated code: the operations of each method, and their parts.

Literals, because the tools that read them do not import the facade.
"""

from typing import Any, Final

# By method: `operations` are operation ids of the contract, in the order in which they may be sent;
# `returns` is a class of facade.models, or None for anything else; `many` is True if the method
# returns a page or an iterator of that class.
METHODS: Final[dict[str, dict[str, Any]]] = {
    "associations.create": {
        "operations": ("create_association", "get_association_by_key"),
        "returns": "Association",
    },
    "associations.ensure": {
        "operations": ("get_association_by_key", "create_association"),
        "returns": "Association",
    },
    "associations.get": {"operations": ("get_association",), "returns": "Association"},
    "associations.get_by_key": {
        "operations": ("get_association_by_key",),
        "returns": "Association",
    },
    "associations.list_for_object": {
        "operations": ("list_associations_by_object_key",),
        "returns": "Association",
        "many": True,
    },
    "associations.list": {
        "operations": ("list_associations",),
        "returns": "Association",
        "many": True,
    },
    "associations.iterate": {
        "operations": ("list_associations",),
        "returns": "Association",
        "many": True,
    },
    "associations.update": {
        "operations": ("update_association", "get_association"),
        "returns": "Association",
    },
    "associations.delete": {"operations": ("delete_association",), "returns": None},
    "relations.create": {
        "operations": ("create_relation", "list_relations"),
        "returns": "Relation",
    },
    "relations.ensure": {
        "operations": ("create_relation", "list_relations"),
        "returns": "Relation",
    },
    "relations.link": {
        "operations": ("create_relation", "list_relations"),
        "returns": "Relation",
    },
    "relations.unlink": {
        "operations": ("list_relations", "delete_relation"),
        "returns": "Relation",
    },
    "relations.list": {"operations": ("list_relations",), "returns": "Relation", "many": True},
    "relations.iterate": {"operations": ("list_relations",), "returns": "Relation", "many": True},
    "relations.delete": {"operations": ("delete_relation",), "returns": None},
}

# The same of methods that the client does not offer.
INTERNAL: Final[dict[str, dict[str, Any]]] = {
    "AsyncRelationBatch.create": {
        "operations": ("create_relations",),
        "returns": None,
        "source": "_async/batch.py",
    },
}

# By operation: the query parameters and body fields that it always `sends`, and those that it
# `may_send` if they are given; the generated `classes` of its body; and what it `reads` of a
# response, without which the response is of no use. Everything in snake_case.
NEEDS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "create_association": {
        "sends": (
            "location_id",
            "key",
            "first_object_key",
            "first_object_label",
            "second_object_key",
            "second_object_label",
        ),
        "may_send": (
            "first_object_to_second_object_cardinality",
            "second_object_to_first_object_cardinality",
            "first_object_to_second_object_max_limit",
            "second_object_to_first_object_max_limit",
        ),
        "classes": ("CreateAssociationBody",),
    },
    "get_association": {"reads": ("id",)},
    "get_association_by_key": {"sends": ("location_id",), "reads": ("id",)},
    "list_associations_by_object_key": {
        "sends": ("location_id",),
        "may_send": ("include_internal_associations",),
        "reads": ("associations",),
    },
    "list_associations": {
        "sends": ("location_id", "skip", "limit"),
        "reads": ("associations",),
    },
    "update_association": {
        "sends": ("first_object_label", "second_object_label"),
        "classes": ("UpdateAssociationBody",),
    },
    "delete_association": {},
    "create_relation": {
        "sends": ("location_id", "association_id", "first_record_id", "second_record_id"),
        "classes": ("CreateRelationBody",),
    },
    "list_relations": {
        "sends": ("location_id", "skip", "limit"),
        "may_send": ("association_ids",),
        "reads": ("relations",),
    },
    "delete_relation": {"sends": ("location_id",)},
    "create_relations": {
        "sends": (
            "location_id",
            "add",
            "association_id",
            "first_record_id",
            "second_record_id",
        ),
        "classes": ("CreateRelationsBody", "CreateRelationsBodyAddItem"),
        "reads": ("results",),
    },
}
