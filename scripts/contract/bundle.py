"""One document out of several: what external references point at becomes a component."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from scripts.contract.document import Document, parse, parse_openapi
from scripts.contract.errors import CannotRunError
from scripts.contract.normalise import DATA
from scripts.contract.places import Place

# The keyword a reference stands under tells which kind of component it names.
_SECTIONS = {
    "parameters": "parameters",
    "responses": "responses",
    "requestBody": "requestBodies",
    "headers": "headers",
    "examples": "examples",
    "links": "links",
    "callbacks": "callbacks",
}

Read = Callable[[Place], bytes]


def resolve(document: Any, pointer: str) -> Any:
    """Follow a JSON pointer (`/components/schemas/X`); KeyError if it leads nowhere."""
    node = document
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        if isinstance(node, list) and name.isdecimal() and int(name) < len(node):
            node = node[int(name)]
        elif isinstance(node, dict) and name in node:
            node = node[name]
        else:
            raise KeyError(pointer)
    return node


def references(node: Any, section: str = "schemas") -> Iterator[tuple[dict[str, Any], str]]:
    """Give every object that holds a `$ref`, with the kind of component that may stand there."""
    if isinstance(node, list):
        for item in node:
            yield from references(item, section)
    elif isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node, section
        for key, value in node.items():
            if key not in DATA and not key.startswith("x-"):
                below = "schemas" if key in ("schema", "properties") else section
                yield from references(value, _SECTIONS.get(key, below))


class Bundle:
    """A document on its way to stand alone, and the places that were read for it."""

    def __init__(self, root: Place, read: Read, mapped: Mapping[str, str]) -> None:
        self.root = root
        self._read = read
        self._mapped = mapped
        self.used: dict[str, str] = {}  # the mappings that were needed
        self.bytes: dict[str, bytes] = {}  # what was read, by where it stands
        self._documents: dict[str, Any] = {}
        self._origins: dict[tuple[str, str], str] = {}  # component -> where it was taken from

    def build(self) -> Document:
        """Read the document and all it refers to, and make every reference a local one."""
        document = parse_openapi(self._load(self.root), str(self.root))
        self._documents[str(self.root)] = document
        for section, members in document.get("components", {}).items():
            for name in members:
                self._origins[section, name] = f"{self.root}#/components/{section}/{name}"
        self._take_in(document, document, self.root)
        for holder, _ in references(document):
            try:
                resolve(document, holder["$ref"].removeprefix("#"))
            except KeyError as error:
                raise CannotRunError(
                    f"{self.root}: the reference {holder['$ref']!r} points at nothing"
                ) from error
        unused = sorted(set(self._mapped) - set(self.used))
        if unused:
            raise CannotRunError(f"{self.root}: no reference starts with the mapped {unused[0]!r}")
        return document

    def _load(self, place: Place) -> bytes:
        if str(place) not in self.bytes:
            self.bytes[str(place)] = self._read(place)
        return self.bytes[str(place)]

    def _take_in(self, node: Any, document: Document, here: Place) -> None:
        for holder, section in list(references(node)):
            file, _, fragment = holder["$ref"].partition("#")
            if not file and here == self.root:
                if not fragment:
                    raise CannotRunError(f"{here}: a reference is empty: {holder['$ref']!r}")
                continue
            there = self._follow(file, here) if file else here
            holder["$ref"] = self._component(there, fragment, section, document)

    def _follow(self, file: str, here: Place) -> Place:
        if file in self._mapped:
            self.used[file] = self._mapped[file]
            return self.root.join(self._mapped[file])
        return here.join(file)

    def _component(self, there: Place, fragment: str, section: str, document: Document) -> str:
        tokens = fragment.split("/")[1:]
        if len(tokens) == 3 and tokens[0] == "components":
            section = tokens[1]
        name = tokens[-1] if tokens else PurePosixPath(str(there)).stem
        local, origin = f"#/components/{section}/{name}", f"{there}#{fragment}"
        known = self._origins.get((section, name))
        if known == origin:
            return local
        if known is not None:
            raise CannotRunError(f"two components are called {section}/{name}: {known}, {origin}")
        self._origins[section, name] = origin
        found = self._lookup(there, fragment)
        document.setdefault("components", {}).setdefault(section, {})[name] = found
        self._take_in(found, document, there)
        return local

    def _lookup(self, there: Place, fragment: str) -> Any:
        if str(there) not in self._documents:
            try:
                self._documents[str(there)] = parse(self._load(there), str(there))
            except CannotRunError as error:
                advice = "if the file stands elsewhere, say --map REF=PLACE"
                raise CannotRunError(f"{error}; {self.root} refers to it; {advice}") from error
        try:
            return resolve(self._documents[str(there)], fragment)
        except KeyError as error:
            raise CannotRunError(f"{there} has nothing at {fragment!r}") from error
