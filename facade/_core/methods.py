"""Which operations each method of the facade sends: their ids, in the order of sending.

A literal, because the tools that read it do not import the facade.
"""

from typing import Final

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
