"""Read the contracts to compare: files, URLs, `REV:path` or `REPO@REV:path`, or a log in git."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scripts.errors import CannotRunError
from scripts.openapi.documents import Document, as_openapi, dump, parse_marked
from scripts.openapi.lines import Location, locations
from scripts.openapi.places import FilePlace, GitPlace, Place, is_url, place

if TYPE_CHECKING:
    from scripts.openapi.yaml_text import Marks

# A revision may be `@`, and have parts such as @{upstream} or @{1 day ago}.
_IN_GIT = re.compile(r"(?P<revision>@|(?:[^:@\s]|@\{[^}]*\})+):(?P<path>[^:]+)")


@dataclass
class Contract:
    """A document, its origin, and the files that its references lead to."""

    name: str  # as given by the user
    document: Document
    data: dict[str, bytes] = field(default_factory=dict)  # by file; "" is the document itself
    path: str = ""  # in the working tree or on the web: the name without its git revision
    origin: Place | None = None  # where it was read

    def __post_init__(self) -> None:
        self.path = self.path or self.name
        self._marks: dict[str, Marks] = {}  # of YAML files

    def fetch(self, reference: str) -> Any:
        """Read another file that the document refers to."""
        here = self.origin or place(self.name)
        there = here.join(reference)
        if there.top != here.top:  # a document must not make us read from another place
            raise CannotRunError(f"{self.name} refers to {reference}, which is elsewhere")
        return self._read(reference, there.read(), str(there))

    def locator(self, places: Iterable[str]) -> Callable[[str], Location]:
        """Return a function that locates these places, each in the text of its file."""
        wanted: dict[str, list[str]] = {}
        for each in places:
            file, pointer = _split(each)
            wanted.setdefault(file, []).append(pointer)
        found = {file: self._locations(file, pointers) for file, pointers in wanted.items()}

        def locate(wanted_place: str) -> Location:
            file, pointer = _split(wanted_place)
            return found.get(file, {}).get(pointer, Location(1, 1))

        return locate

    def replace(self, document: Document) -> None:
        """Replace the document that was read."""
        self.document, self.data[""] = document, dump(document)
        self._marks.pop("", None)

    def _locations(self, file: str, pointers: Iterable[str]) -> dict[str, Location]:
        if file in self._marks:
            return self._marks[file].locations(pointers)
        return locations(self.data[file], pointers) if file in self.data else {}

    def _read(self, file: str, data: bytes, name: str) -> Any:
        document, marks = parse_marked(data, name)
        self.data[file] = data
        if marks is not None:
            self._marks[file] = marks
        return document


def _split(place: str) -> tuple[str, str]:
    if place.startswith("/"):
        return "", place
    file, _, pointer = place.partition("#")
    return file, pointer


def load(text: str) -> Contract:
    """Read the contract that the user named."""
    contract = Contract(text, {})
    match = None if Path(text).is_file() or is_url(text) else _IN_GIT.fullmatch(text)
    if match:
        where: Place = GitPlace(".", **match.groupdict())
    else:
        where = FilePlace(Path(text)) if Path(text).is_file() else place(text)
    if isinstance(where, GitPlace):
        contract.path = where.path
    contract.origin = where
    contract.document = as_openapi(contract._read("", where.read(), contract.path), text)
    return contract


class DocumentChange(NamedTuple):
    """A change of one document by one commit."""

    when: str  # the day of the commit
    old: str  # the document before, as `REV:path`
    new: str


def steps(span: str, folder: Path) -> Iterator[DocumentChange]:
    """Yield how the documents of a folder changed in `REV..REV`, the oldest change first."""
    import subprocess  # slow to import

    command = ["git", "log", "--reverse", "--format=%x00%h %cs", "--name-only", "--diff-filter=M"]
    command += ["--relative", "--end-of-options", span, "--", f"{folder.as_posix()}/*.json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotRunError(f"cannot read the log of {span}: {done.stderr.strip()}")
    for commit in done.stdout.split("\0")[1:]:
        first, *files = filter(None, commit.splitlines())
        revision, when = first.split()
        for file in files:
            if not file.endswith("/lock.json"):
                yield DocumentChange(when, f"{revision}~:./{file}", f"{revision}:./{file}")
