"""The operations and Versions of the contract.

Generated from openapi/associations.json by `make generate`: edit openapi/overlay.yaml instead.
"""

from typing import Final, NamedTuple


class Operation(NamedTuple):
    """An operation; `path` has parameters in braces, `success` are the statuses of a success."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    success: tuple[int, ...]
    is_published: bool = True


OPERATIONS: Final[dict[str, Operation]] = {
    "list_associations": Operation(
        "list_associations", "GET", "/associations/", ("associations.readonly",), (200,)
    ),
    "create_association": Operation(
        "create_association", "POST", "/associations/", ("associations.write",), (201,)
    ),
    "get_association_by_key": Operation(
        "get_association_by_key",
        "GET",
        "/associations/key/{key_name}",
        ("associations.readonly",),
        (200,),
    ),
    "list_associations_by_object_key": Operation(
        "list_associations_by_object_key",
        "GET",
        "/associations/objectKey/{objectKey}",
        ("associations.readonly",),
        (200,),
    ),
    "create_relation": Operation(
        "create_relation",
        "POST",
        "/associations/relations",
        ("associations/relation.write",),
        (201,),
    ),
    "create_relations": Operation(
        "create_relations",
        "POST",
        "/associations/relations/bulk",
        ("associations/relation.write",),
        (200, 201),
        False,
    ),
    "list_relations": Operation(
        "list_relations",
        "GET",
        "/associations/relations/{id}",
        ("associations/relation.readonly",),
        (200,),
    ),
    "delete_relation": Operation(
        "delete_relation",
        "DELETE",
        "/associations/relations/{id}",
        ("associations/relation.write",),
        (200,),
    ),
    "get_association": Operation(
        "get_association",
        "GET",
        "/associations/{associationId}",
        ("associations.readonly",),
        (200,),
    ),
    "update_association": Operation(
        "update_association",
        "PUT",
        "/associations/{associationId}",
        ("associations.write",),
        (200,),
    ),
    "delete_association": Operation(
        "delete_association",
        "DELETE",
        "/associations/{associationId}",
        ("associations.write",),
        (200,),
    ),
}

# By operation that HighLevel has deprecated: its last day, empty if none is published.
DEPRECATED: Final[dict[str, str]] = {}

VERSIONS: Final = ("2021-07-28", "v3")
