"""Read a contract to compare: a file, a URL, `REV:path` or `REPO@REV:path` in git."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import Document, parse, parse_openapi

if TYPE_CHECKING:
    from scripts.contract.places import Place

_IN_GIT = re.compile(r"(?P<revision>[^:@\s]+):(?P<path>[^:]+)")


@dataclass
class Contract:
    """A document, where it came from, and the files that its references led to."""

    name: str
    document: Document
    data: dict[str, bytes] = field(default_factory=dict)  # by file; "" is the document itself

    def fetch(self, reference: str) -> Any:
        """Read another file that the document refers to."""
        from scripts.contract.places import place

        here = self._place or place(self.name)
        there = here.join(reference)
        if type(there) is not type(here):
            raise CannotRunError(f"{self.name} refers to {reference}, which is not followed")
        self.data[reference] = there.read()
        return parse(self.data[reference], str(there))

    _place: "Place | None" = None


def load(text: str) -> Contract:
    """Read what a person named."""
    path = Path(text)
    if path.is_file():
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CannotRunError(f"cannot read {text}: {error.strerror or error}") from error
        return Contract(text, parse_openapi(data, text), {"": data})
    # Reading from git and from the web costs imports that a plain file does not need.
    from scripts.contract.places import GitPlace, is_url, place

    match = _IN_GIT.fullmatch(text)
    where = GitPlace(".", **match.groupdict()) if match and not is_url(text) else place(text)
    data = where.read()
    name = where.path if isinstance(where, GitPlace) else text
    contract = Contract(text, parse_openapi(data, name), {"": data})
    contract._place = where
    return contract
