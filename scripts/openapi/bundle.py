"""Bundle a document: the targets of external references become components.

A reference whose target is not in its file stays, and is a problem of the document.
"""

import copy
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from scripts.errors import CannotRunError
from scripts.openapi.documents import Document, parse, parse_openapi
from scripts.openapi.lint import dangling
from scripts.openapi.nodes import canonical
from scripts.openapi.places import Place
from scripts.openapi.pointers import lookup
from scripts.openapi.references import reached_components, references
from scripts.openapi.walking import normalise

Read = Callable[[Place], bytes]

_MAP = "if the file is at another place, pass --map REF=PLACE"


class Bundle:
    """A document being bundled, and the places that were read."""

    def __init__(
        self, root: Place, read: Read, mapped: Mapping[str, str], selected: str = ""
    ) -> None:
        self.root = root
        self._read = read
        self._mapped = mapped
        self._selected = selected  # the start of the paths to keep
        self.problems: list[str] = []
        self._dangling: set[str] = set()  # no added component may be their target
        self.used: dict[str, str] = {}  # the mappings that were used
        self.bytes: dict[str, bytes] = {}  # the content of each file, by its place
        self._documents: dict[str, Any] = {}
        self._pending: list[tuple[Any, str, Place]] = []  # to be processed: part, kind, its file
        # By section and name of a component: its content by origin.
        self._components: dict[tuple[str, str], dict[str, Any]] = {}

    def build(self) -> Document:
        """Read the document and all that it refers to, and make every reference local."""
        document = parse_openapi(self._load(self.root), str(self.root))
        if self._selected:
            _select(document, self._selected, str(self.root))
        self._dangling = {text for text, _ in dangling(document)}
        for section, members in document.get("components", {}).items():
            for name, member in members.items() if isinstance(members, dict) else ():
                origin = f"{self.root}#/components/{section}/{name}"
                self._components[section, name] = {origin: member}
        self._pending.append((document, "schemas", self.root))
        while self._pending:
            self._localise(*self._pending.pop(0))
        self._add_components(document)
        self.problems += [
            f"{where}: the reference {text!r} points at nothing"
            for text, where in dict(dangling(document)).items()
        ]
        return document

    def _add_components(self, document: Document) -> None:
        """Add the components; two of one name may only differ in their prose."""
        for (section, name), origins in self._components.items():
            (first, one), *others = origins.items()
            for other, another in others:
                if canonical(normalise(one)) != canonical(normalise(another)):
                    raise CannotRunError(
                        f"two different components are named {section}/{name}: {first}, {other}"
                    )
            document.setdefault("components", {}).setdefault(section, {})[name] = one

    def _load(self, place: Place) -> bytes:
        if str(place) not in self.bytes:
            self.bytes[str(place)] = self._read(place)
        return self.bytes[str(place)]

    def _localise(self, node: Any, kind: str, here: Place) -> None:
        """Make the references in a part of `here` local, and queue their targets."""
        for reference in list(references(node, kind)):
            text = reference.text
            if not text or (text == "#" and here == self.root):
                raise CannotRunError(f"{here}: a reference is empty: {text!r}")
            if here != self.root or not text.startswith("#"):
                there, fragment = self._follow(text, here)
                reference.holder[reference.key] = self._component(there, fragment, reference.kind)

    def _follow(self, reference: str, here: Place) -> tuple[Place, str]:
        """Return the file of a reference's target, and the pointer in it."""
        file, _, fragment = reference.partition("#")
        fragment = unquote(fragment)
        if not file:
            return here, fragment
        if file in self._mapped:
            self.used[file] = self._mapped[file]
            return self.root.join(self._mapped[file]), fragment
        there = here.join(file)
        if there.top != here.top:
            raise CannotRunError(
                f"{here} refers to {file!r} at another origin: to read it, pass --map {file}={file}"
            )
        return there, fragment

    def _component(self, there: Place, fragment: str, section: str) -> str:
        tokens = fragment.split("/")[1:]
        if len(tokens) == 3 and tokens[0] == "components":
            section = tokens[1]
        name = tokens[-1] if tokens else PurePosixPath(str(there)).stem
        name = re.sub(r"[^A-Za-z0-9._-]", "_", name)  # OpenAPI allows no other characters
        while f"#/components/{section}/{name}" in self._dangling:
            name += "_"
        origin = f"{there}#{fragment}"
        known = self._components.setdefault((section, name), {})
        if origin not in known:
            try:
                known[origin] = self._lookup(there, fragment)
            except KeyError:
                del self._components[section, name]
                self.problems.append(f"{there} has nothing at {fragment!r}")
            else:
                self._pending.append((known[origin], section, there))
        return f"#/components/{section}/{name}"

    def _lookup(self, there: Place, fragment: str) -> Any:
        if str(there) not in self._documents:
            try:
                self._documents[str(there)] = parse(self._load(there), str(there))
            except CannotRunError as error:
                raise type(error)(f"{error}; {self.root} refers to it; {_MAP}") from error
        # A copy, because parts of a file may overlap, and each becomes a separate component.
        return copy.deepcopy(lookup(self._documents[str(there)], fragment))


def _select(document: Document, start: str, name: str) -> None:
    """Keep the paths that start so, and what they refer to; schemes have no references."""
    paths = document["paths"] = {
        path: item
        for path, item in (document.get("paths") or {}).items()
        if path.startswith(start) and path[len(start) : len(start) + 1] in ("", "/")
    }
    if not paths:
        raise CannotRunError(f"{name} has no path that starts with {start}")
    document.pop("webhooks", None)
    reached = reached_components(document)
    for section, members in document.get("components", {}).items():
        if section != "securitySchemes" and isinstance(members, dict):
            for each in [name for name in members if (section, name) not in reached]:
                del members[each]
