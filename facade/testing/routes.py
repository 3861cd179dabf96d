"""The ten operations' methods, paths and scopes, and which of them a path means."""

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class Route:
    """Name an operation; a segment `{}` of its path is an argument and never empty."""

    operation: str
    method: str
    path: str
    scope: str


ROUTES = (
    Route("create_association", "POST", "/associations/", "associations.write"),
    Route("list_associations", "GET", "/associations/", "associations.readonly"),
    Route("get_association", "GET", "/associations/{}", "associations.readonly"),
    Route("get_association_by_key", "GET", "/associations/key/{}", "associations.readonly"),
    Route(
        "list_associations_by_object_key",
        "GET",
        "/associations/objectKey/{}",
        "associations.readonly",
    ),
    Route("update_association", "PUT", "/associations/{}", "associations.write"),
    Route("delete_association", "DELETE", "/associations/{}", "associations.write"),
    Route("create_relation", "POST", "/associations/relations", "associations/relation.write"),
    Route("list_relations", "GET", "/associations/relations/{}", "associations/relation.readonly"),
    Route("delete_relation", "DELETE", "/associations/relations/{}", "associations/relation.write"),
)
OPERATIONS = frozenset(route.operation for route in ROUTES)


def match(method: str, path: str) -> tuple[Route, str] | None:
    """Find the operation and its path argument ('' for none).

    Segments are compared before they are decoded, so that an encoded slash stays in its segment.
    `/associations` is no operation: only the slashed form is published, and a client that
    forgets the slash should hear of it here rather than from HighLevel.
    """
    segments = path.split("/")
    for route in ROUTES:
        pattern = route.path.split("/")
        if method != route.method or len(segments) != len(pattern):
            continue
        pairs = list(zip(pattern, segments, strict=True))
        if all(given if wanted == "{}" else given == wanted for wanted, given in pairs):
            return route, "".join(unquote(given) for wanted, given in pairs if wanted == "{}")
    return None
