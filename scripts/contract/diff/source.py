"""One of the two documents: places in it, and where its references lead."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from scripts.contract.errors import CannotRunError

Fetch = Callable[[str], Any]
"""Give the document that a relative reference names; CannotRunError if there is none."""


class Problem(NamedTuple):
    """Something broken in a document, told once beside the findings."""

    document: str  # "old" or "new"
    pointer: str  # the first place
    message: str
    places: int = 1


class Node(NamedTuple):
    """A value and where it stands: a JSON pointer, in the document or in `file`."""

    value: Any
    pointer: str
    file: str = ""

    def get(self, key: str) -> "Node | None":
        """Give a member, None if it is absent or this is no object."""
        if isinstance(self.value, dict) and key in self.value:
            return self.child(key, self.value[key])
        return None

    def child(self, key: str | int, value: Any) -> "Node":
        """Give the place of a value one step below."""
        token = key.replace("~", "~0").replace("/", "~1") if isinstance(key, str) else key
        return Node(value, f"{self.pointer}/{token}", self.file)

    def members(self) -> Iterator[tuple[str, "Node"]]:
        """Give the members of an object; nothing if this is none."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                yield key, self.child(key, value)

    def items(self) -> list["Node"]:
        """Give the items of an array; nothing if this is none."""
        if not isinstance(self.value, list):
            return []
        return [self.child(index, value) for index, value in enumerate(self.value)]

    @property
    def where(self) -> str:
        """The pointer as a person writes it, with the file if it is another one."""
        return f"{self.file}#{self.pointer}" if self.file else self.pointer


def dangles(*nodes: Node) -> bool:
    """Tell whether a place that references were followed to is a reference that leads nowhere."""
    return any(isinstance(node.value, dict) and "$ref" in node.value for node in nodes)


def value(node: Node | None, default: Any = None) -> Any:
    """Give a node's value, `default` for none."""
    return default if node is None else node.value


def text(node: Node | None, default: str = "") -> str:
    """Give a node's text, `default` for anything else."""
    return node.value if node is not None and isinstance(node.value, str) else default


def canonical(item: Any) -> str:
    """Write a value so that equal values are equal text, whatever the order of keys."""
    return json.dumps(item, sort_keys=True, separators=(",", ":"), default=str)


class Source:
    """A document under comparison; what is broken in it is collected."""

    def __init__(self, side: str, document: dict[str, Any], fetch: Fetch | None = None) -> None:
        self.side = side
        self.root = Node(document, "")
        self.three_one = str(document.get("openapi", "")).startswith("3.1")
        self._problems: dict[str, dict[str, None]] = {}  # message -> places
        self._fetch = fetch
        self._files: dict[str, Any] = {"": document}
        self._targets: dict[tuple[str, str], Node | None] = {}

    def problem(self, node: Node, message: str) -> None:
        """Note something broken."""
        self._problems.setdefault(message, {})[node.where] = None

    @property
    def problems(self) -> list[Problem]:
        """What is broken in the document, each thing once."""
        return [
            Problem(self.side, next(iter(places)), message, len(places))
            for message, places in self._problems.items()
        ]

    def resolve(self, node: Node) -> tuple[Node, str | None]:
        """Follow references to the end: the place, and the component's name if it has one.

        A reference that leads nowhere stays as it is, and is told as a problem.
        """
        name, seen = None, set()
        while isinstance(node.value, dict) and isinstance(node.value.get("$ref"), str):
            key = (node.file, node.value["$ref"])
            target = None if key in seen else self._target(*key)
            if target is None:
                why = "goes round in a circle" if key in seen else "points at nothing"
                self.problem(node, f"the reference {key[1]!r} {why}")
                return node, name
            seen.add(key)
            head, _, last = target.pointer.rpartition("/")
            if name is None and head == "/components/schemas":
                name = last.replace("~1", "/").replace("~0", "~")
            node = target
        return node, name

    def has(self, reference: str, file: str = "") -> bool:
        """Tell whether a reference leads somewhere."""
        return self._target(file, reference) is not None

    def _target(self, file: str, reference: str) -> Node | None:
        if (file, reference) not in self._targets:
            self._targets[file, reference] = self._find(file, reference)
        return self._targets[file, reference]

    def _find(self, file: str, reference: str) -> Node | None:
        other, _, fragment = reference.partition("#")
        if not (other or fragment) or (fragment and not fragment.startswith("/")):
            return None
        if other:
            file = other if not file else _joined(file, other)
            if not self._load(file):
                return None
        found, pointer = self._files[file], ""
        for quoted in fragment.split("/")[1:]:
            token = _unquoted(quoted)
            step = token.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict) and step in found:
                found = found[step]
            elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
                found = found[int(step)]
            else:
                return None
            pointer = f"{pointer}/{token}"
        return Node(found, pointer, file)

    def _load(self, file: str) -> bool:
        if file not in self._files:
            try:
                if self._fetch is None:
                    return False
                self._files[file] = self._fetch(file)
            except CannotRunError as error:
                self.problem(self.root, f"the file {file!r} cannot be read: {error}")
                return False
        return True


def _joined(file: str, reference: str) -> str:
    from urllib.parse import urljoin

    return urljoin(file, reference)


def _unquoted(token: str) -> str:
    if "%" not in token:
        return token
    from urllib.parse import unquote

    return unquote(token)
