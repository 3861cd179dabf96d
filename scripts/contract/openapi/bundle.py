"""One document out of several: what external references point at becomes a component."""

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import Document, parse, parse_openapi
from scripts.contract.openapi.pointers import lookup
from scripts.contract.openapi.references import local_target, references, unquoted
from scripts.contract.places import Place

Read = Callable[[Place], bytes]


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
        for section, members in document.get("components", {}).items():
            for name in members if isinstance(members, dict) else ():
                self._origins[section, name] = f"{self.root}#/components/{section}/{name}"
        self._take_in(document, "schemas", document, self.root)
        for holder, *_ in references(document):
            try:
                local_target(document, holder["$ref"])
            except KeyError as error:
                raise CannotRunError(
                    f"{self.root}: the reference {holder['$ref']!r} points at nothing"
                ) from error
        return document

    def _load(self, place: Place) -> bytes:
        if str(place) not in self.bytes:
            self.bytes[str(place)] = self._read(place)
        return self.bytes[str(place)]

    def _take_in(self, node: Any, kind: str, document: Document, here: Place) -> None:
        for holder, _, section in list(references(node, kind)):
            reference = holder["$ref"]
            file, _, fragment = reference.partition("#")
            if not reference or (reference == "#" and here == self.root):
                raise CannotRunError(f"{here}: a reference is empty: {reference!r}")
            if not file and here == self.root:
                continue
            if section == "pathItems":
                raise CannotRunError(f"{here}: a path that stands elsewhere: {reference!r}")
            there = self._follow(file, here) if file else here
            holder["$ref"] = self._component(there, unquoted(fragment), section, document)

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
        name = re.sub(r"[^A-Za-z0-9._-]", "_", name)  # OpenAPI allows no other letters
        local, origin = f"#/components/{section}/{name}", f"{there}#{fragment}"
        known = self._origins.get((section, name))
        if known == origin:
            return local
        if known is not None:
            raise CannotRunError(f"two components are called {section}/{name}: {known}, {origin}")
        self._origins[section, name] = origin
        found = self._lookup(there, fragment)
        document.setdefault("components", {}).setdefault(section, {})[name] = found
        self._take_in(found, section, document, there)
        return local

    def _lookup(self, there: Place, fragment: str) -> Any:
        if str(there) not in self._documents:
            try:
                self._documents[str(there)] = parse(self._load(there), str(there))
            except CannotRunError as error:
                advice = "if the file stands elsewhere, say --map REF=PLACE"
                raise CannotRunError(f"{error}; {self.root} refers to it; {advice}") from error
        try:
            # A copy: parts of one file may overlap, and each becomes a component of its own.
            return copy.deepcopy(lookup(self._documents[str(there)], fragment))
        except KeyError as error:
            raise CannotRunError(f"{there} has nothing at {fragment!r}") from error
