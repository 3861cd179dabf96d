"""Find and follow the references of a document."""

import copy
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urljoin

from scripts.errors import CannotRunError
from scripts.openapi.nodes import Node, object_at
from scripts.openapi.pointers import last_name, lookup, parent, unescape
from scripts.openapi.walking import walk

_NAME = re.compile(r"[A-Za-z0-9._-]+")
_FILES = (".json", ".yaml", ".yml")

Fetch = Callable[[str], Any]
"""Return the document that a relative reference names; CannotRunError if there is none."""


class Problem(NamedTuple):
    """An error in a document, reported once, separately from the findings."""

    document: str  # "old" or "new"
    pointer: str  # the first place
    message: str
    places: int = 1


class Source:
    """A document whose references can be followed, and the problems found in it."""

    def __init__(self, side: str, document: dict[str, Any], fetch: Fetch | None = None) -> None:
        self.side = side
        self.root = Node(document, "")
        own = document.get("$self")
        self._own = own if isinstance(own, str) else ""  # its own URI, from OpenAPI 3.2 on
        self.three_one = not str(document.get("openapi", "")).startswith("3.0")  # or later
        self._problems: dict[str, dict[str, None]] = {}  # message -> places
        self._fetch = fetch
        self._files: dict[str, Any] = {"": document}
        self._components: dict[str, dict[str, Node]] = {}
        self._target = cache(self._find)

    def problem(self, node: Node, message: str) -> None:
        """Record a problem."""
        self._problems.setdefault(message, {})[node.where] = None

    @property
    def problems(self) -> list[Problem]:
        """The problems of the document, each once."""
        return [
            Problem(self.side, next(iter(places)), message, len(places))
            for message, places in self._problems.items()
        ]

    def components(self, section: str) -> dict[str, Node]:
        """Return the components of one kind by name."""
        if section not in self._components:
            components = self.root.get("components")
            members = components.get(section) if components is not None else None
            self._components[section] = dict(members.members()) if members is not None else {}
        return self._components[section]

    def resolve(self, node: Node) -> tuple[Node, str | None]:
        """Follow references to the end; return the target, and its name if it is a component.

        A broken reference is returned itself, and becomes a problem.
        """
        name, followed = None, set()
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            key = (node.file, node.value["$ref"])
            target = None if key in followed else self._target(*key)
            if target is None:
                why = "goes round in a circle" if key in followed else "points at nothing"
                self.problem(node, f"the reference {key[1]!r} {why}")
                return node, name
            followed.add(key)
            if name is None and parent(target.pointer) == "/components/schemas":
                name = last_name(target.pointer)
            node = target
        return node, name

    def has(self, reference: str, file: str = "") -> bool:
        """Return whether a reference has a target."""
        return self._target(file, reference) is not None

    def _find(self, file: str, reference: str) -> Node | None:
        other, _, fragment = reference.partition("#")
        pointer = unquote(fragment)
        if not file and urljoin(self._own, other) == self._own:
            other = ""
        if not (other or pointer) or (pointer and not pointer.startswith("/")):
            return None
        if other:
            file = urljoin(file, other) if file else other
        try:
            if file not in self._files:
                if self._fetch is None:
                    return None
                self._files[file] = self._fetch(file)
            return Node(lookup(self._files[file], pointer), pointer, file)
        except KeyError:
            return None
        except CannotRunError as error:
            self.problem(self.root, f"the file {file!r} cannot be read: {error}")
            return None


def is_unresolved(*nodes: Node) -> bool:
    """Return whether one of these nodes, after `resolve`, is a broken reference."""
    return any(isinstance(node.value, dict) and "$ref" in node.value for node in nodes)


class Reference(NamedTuple):
    """A reference: a `$ref`, or a target in the mapping of a discriminator."""

    holder: dict[str, Any]
    key: str
    where: str  # the pointer to the object that contains it
    kind: str  # the kind of component that it must name

    @property
    def text(self) -> str:
        """The reference; a mapping may have just the name of a schema."""
        text: str = self.holder[self.key]
        if self.key != "$ref" and _NAME.fullmatch(text) and not text.endswith(_FILES):
            return f"#/components/schemas/{text}"
        return text


def references(node: Any, kind: str = "schemas") -> Iterator[Reference]:
    """Yield every reference in a document, or in a part that has this kind of component."""
    for holder, where, each in walk(node, kind=kind):
        if isinstance(holder.get("$ref"), str):
            yield Reference(holder, "$ref", where, each)
        mapping = object_at(object_at(holder, "discriminator"), "mapping")
        for name, target in list(mapping.items()):
            if isinstance(target, str):
                yield Reference(mapping, name, f"{where}/discriminator/mapping", "schemas")


def reached_components(document: dict[str, Any]) -> set[tuple[str, str]]:
    """Return the section and name of what all but components refer to, directly or indirectly."""
    components = object_at(document, "components")
    pending: list[Any] = [value for key, value in document.items() if key != "components"]
    reached: set[tuple[str, str]] = set()
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/components/"):
                section, _, name = reference.removeprefix("#/components/").partition("/")
                name = unescape(name)
                if (section, name) not in reached:
                    reached.add((section, name))
                    pending.append(object_at(components, section).get(name))
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)
    return reached


def reached_schemas(document: dict[str, Any]) -> set[str]:
    """Return the names of the schemas that operations reach, directly or indirectly."""
    return {name for section, name in reached_components(document) if section == "schemas"}


def local_target(document: Any, reference: str) -> Any:
    """Return the target of a local reference; KeyError if it is broken."""
    if not reference.startswith("#/"):
        raise KeyError(reference)
    return lookup(document, unquote(reference[1:]))


def followed(document: Any, node: Any) -> Any:
    """Return a copy of what a node refers to in the end; the node itself if that is nothing.

    Siblings of a reference replace those of its target.
    """
    beside: dict[str, Any] = {}
    passed: set[str] = set()
    found = node
    while isinstance(found, dict) and isinstance(found.get("$ref"), str):
        if found["$ref"] in passed:
            return node
        passed.add(found["$ref"])
        beside = {**found, **beside}
        try:
            found = local_target(document, found["$ref"])
        except KeyError:
            return node
    if not isinstance(found, dict) or not passed:
        return found
    del beside["$ref"]
    return {**copy.deepcopy(found), **beside}
