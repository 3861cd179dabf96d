"""What is broken in a document on its own: told as problems, while the rest is compared."""

from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.paths import template
from scripts.contract.openapi.references import Source

_MAPS = frozenset(
    "paths webhooks callbacks schemas securitySchemes responses content headers "
    "properties patternProperties mapping variables flows scopes".split()
)
"""Objects whose keys are names of the document's own choice."""
_OBJECTS = _MAPS | set("info components requestBody discriminator".split())
_LISTS = frozenset("parameters security servers tags enum allOf anyOf oneOf".split())
_SECTIONS = frozenset("parameters requestBodies examples links pathItems".split())
_NAMED = ("/components/parameters",)
_DATA = frozenset("example examples default enum const links".split())


def tell(source: Source) -> None:
    """Tell fields of the wrong shape, and paths that are the same template."""
    _collisions(source)
    pending: list[tuple[Node, bool]] = [(source.root, False)]
    while pending:
        node, named = pending.pop()
        for key, below in node.members():
            if not named:
                _shape(source, key, below)
                if key in _DATA or key.startswith("x-"):
                    continue
            if isinstance(below.value, dict):
                pending.append((below, not named and key in _maps(node)))
            elif isinstance(below.value, list) and key != "security":
                pending += [(each, False) for each in below.items()]


def _maps(holder: Node) -> frozenset[str]:
    """Name the members whose keys are names; of components, all are."""
    return _MAPS | _SECTIONS if holder.pointer == "/components" else _MAPS


def _shape(source: Source, key: str, node: Node) -> None:
    if key in _OBJECTS and not isinstance(node.value, dict):
        source.problem(node, f"{key!r} must be an object")
    if key in _LISTS and not isinstance(node.value, list) and node.pointer not in _NAMED:
        source.problem(node, f"{key!r} must be a list")


def _collisions(source: Source) -> None:
    first: dict[str, str] = {}
    paths = source.root.get("paths")
    for path, node in paths.members() if paths is not None else ():
        other = first.setdefault(template(path), path)
        if other != path:
            source.problem(node, f"the paths {other} and {path} are the same template")
