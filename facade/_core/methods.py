"""Which operations each method of the facade sends, and the model that it returns.

A literal, because the tools that read it do not import the facade. In an entry, `operations` are
operation ids of the contract, in the order in which they may be sent; `returns` is a class of
facade.models, or None for anything else; `many` is True if the method returns a page or an
iterator of that class.
"""

from typing import Any, Final

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
