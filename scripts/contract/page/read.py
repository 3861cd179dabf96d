"""Read the page of an operation, line by line, in both spellings that pages have."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scripts.contract.errors import CannotRunError

_METHODS = "GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS"
_REQUEST = re.compile(rf"({_METHODS})\s+(https?://[^/\s]+)(/\S*)")
_FIELD = re.compile(
    r"\*\*(?P<name>[\w.$\[\]-]+)\*\*\s*"
    r"(?P<type>string|object|number|integer|boolean|array|any|null|date-time)"
    r"(?P<many>\[\])?\s*(?P<required>required)?"
)
_EMPTY = ("204", "205", "304")
_PLACES = {"header": "header", "path": "path", "query": "query"}


@dataclass
class Field:
    """A field or parameter: its type as the page words it, and what stands in it."""

    name: str
    type: str
    many: bool
    required: bool
    line: int
    values: list[str] = field(default_factory=list)
    example: str | None = None
    fields: "list[Field]" = field(default_factory=list)


@dataclass
class Response:
    """One status, its fields, and the example that the page shows of it."""

    status: str
    line: int
    fields: list[Field] = field(default_factory=list)
    example: Any = None
    has_body: bool = False


@dataclass
class Page:
    """What a page says."""

    name: str
    method: str
    server: str
    path: str
    line: int
    source: str = ""
    links: str = ""  # the address that the page's own links name
    parameters: dict[str, list[Field]] = field(default_factory=dict)
    body: list[Field] = field(default_factory=list)
    body_line: int = 0
    responses: list[Response] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    auth_methods: list[str] = field(default_factory=list)
    token_types: list[str] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)  # scopes, where the page says them again
    sample: str = ""  # a request as one would type it
    sample_line: int = 0


class _Reader:
    """Goes through the lines once; what a line means depends on the headings above it."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = [_plain(line) for line in text.splitlines()]
        request = next(self._find(_REQUEST), None)
        headings = {line.strip("# ").lower() for line in self._lines if line.startswith("#")}
        if request is None or not any(each.startswith("responses") for each in headings):
            raise CannotRunError(
                f"{name} is not the page of an operation: it has no line such as "
                "`PUT https://.../path` with a heading `Responses` below it"
            )
        number, found = request
        path = re.sub(r":(\w+)", r"{\1}", found[3])
        self.page = Page(name, found[1], found[2], path, number)

    def _find(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, re.Match[str]]]:
        for number, line in enumerate(self._lines, start=1):
            match = pattern.match(line.strip())
            if match:
                yield number, match

    def read(self) -> Page:
        """Read it all."""
        section, target = "", list[Field]()
        statuses: list[Response] = []
        fence: list[str] | None = None
        opened: list[list[Field]] = []
        for number, line in enumerate(self._lines, start=1):
            text = line.strip()
            if text.startswith("```"):
                if fence is not None:
                    self._block(section, "\n".join(fence), number - len(fence), statuses)
                fence = [] if fence is None else None
            elif fence is not None:
                fence.append(line)
            elif text.startswith("#"):
                section, target = self._section(text, number)
                opened = []
            elif section == "responses":
                target, opened = self._response(text, number, statuses, target, opened)
            else:
                self._line(section, text, number, target)
        self.page.responses = statuses
        for response in statuses:
            response.fields = _nested(response.fields, response.example)
        return self.page

    def _section(self, heading: str, number: int) -> tuple[str, list[Field]]:
        words = heading.strip("# ").replace("*", "").lower()
        for place in _PLACES:
            if words.startswith(f"{place} param"):
                return place, self.page.parameters.setdefault(place, [])
        if words.startswith("body"):
            self.page.body_line = number
            return "body", self.page.body
        for known in ("responses", "scope", "auth method", "token type", "authorization"):
            if words.startswith(known):
                return known, []
        return words.split(" ")[0], []

    def _line(self, section: str, text: str, number: int, target: list[Field]) -> None:
        page = self.page
        if text.startswith("source:"):
            page.source = text.removeprefix("source:").strip()
        link = re.search(r"\]\((https?://[^)#\s]+?)(?:/index\.html)?#__docusaurus", text)
        page.links = link[1] if link else page.links
        listed = {
            "scope": page.scopes,
            "auth method": page.auth_methods,
            "token type": page.token_types,
        }
        if section in listed:
            listed[section] += re.findall(r"`([^`]+)`", text)
        elif section in (*_PLACES, "body"):
            _add_field(text, number, target)

    def _response(
        self,
        text: str,
        number: int,
        statuses: list[Response],
        target: list[Field],
        opened: list[list[Field]],
    ) -> tuple[list[Field], list[list[Field]]]:
        listed = re.fullmatch(r"- (\d{3})", text)
        if listed:
            statuses.append(Response(listed[1], number))
        elif text == "**Schema**":
            waiting = (each for each in statuses if not each.has_body and each.status not in _EMPTY)
            response = next(waiting, None)
            if response is not None:
                response.has_body, response.line = True, number
                return response.fields, []
        elif re.fullmatch(r"(?:- )?Array ?\[", text) and target:
            return target[-1].fields, [*opened, target]
        elif re.fullmatch(r"(?:- )?\]", text) and opened:
            return opened[-1], opened[:-1]
        else:
            _add_field(text, number, target)
        return target, opened

    def _block(self, section: str, text: str, number: int, statuses: list[Response]) -> None:
        """Take a block of code: an example of the last response, a sample, the authorization."""
        if section == "responses":
            shown = [each for each in statuses if each.has_body]
            if shown and shown[-1].example is None:
                shown[-1].example = _json(text)
        elif section == "authorization" and "scopes:" in text:
            said = text.partition("scopes:")[2]
            said = re.split(r"(?:scheme|bearerFormat|type|in|description):", said)[0]
            self.page.granted = re.findall(r"[\w./-]+", said)
        if text.lstrip().startswith("curl"):
            self.page.sample, self.page.sample_line = text, number


def read(text: str, name: str) -> Page:
    """Read a page; CannotRunError says why a text is not the page of an operation."""
    return _Reader(text, name).read()


def _plain(line: str) -> str:
    """Undo what a scraper escapes."""
    return re.sub(r"\\([\[\]_#*\\-])", r"\1", line.rstrip("\\").rstrip())


def _add_field(text: str, number: int, target: list[Field]) -> None:
    """Take a line that starts a field, or says more of the one before."""
    match = _FIELD.match(text.removeprefix("- "))
    if match:
        many = match["many"] is not None or match["type"] == "array"
        target.append(
            Field(match["name"], match["type"], many, match["required"] is not None, number)
        )
    elif target and text.lower().startswith("**possible values:**"):
        target[-1].values = re.findall(r"`([^`]+)`", text)
    elif target and (example := re.match(r"Example: ?`(.*)`", text)):
        target[-1].example = example[1]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _nested(fields: list[Field], example: Any) -> list[Field]:
    """Put fields into the object that the example shows them in; the page lists them below it."""
    found: list[Field] = []
    pending = list(fields)
    while pending:
        each = pending.pop(0)
        shown = example.get(each.name) if isinstance(example, dict) else None
        inner = shown[0] if isinstance(shown, list) and shown else shown
        if isinstance(inner, dict):
            below = list(each.fields)
            while not each.fields and pending and pending[0].name in inner:
                if sum(one.name == pending[0].name for one in below):
                    break
                below.append(pending.pop(0))
            each.fields = _nested(below, inner)
        found.append(each)
    return found


def all_fields(fields: list[Field]) -> Iterator[Field]:
    """Give fields and all below them."""
    for each in fields:
        yield each
        yield from all_fields(each.fields)
