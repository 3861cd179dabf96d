"""Read the page of an operation line by line; fields come in two notations."""

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
_WITHOUT_BODY = ("204", "205", "304")
_PLACES = ("header", "path", "query")
_SECTIONS = ("body", "responses", "scope", "auth method", "token type", "authorization")


@dataclass
class Field:
    """A field or parameter: its type in the page's words, and the fields in it."""

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
    """One status, its fields, and its example."""

    status: str
    line: int
    fields: list[Field] = field(default_factory=list)
    example: Any = None
    has_body: bool = False


@dataclass
class Page:
    """The contents of a page."""

    name: str
    method: str
    server: str
    path: str
    line: int
    source: str = ""
    links: str = ""  # the address in the page's own links
    parameters: dict[str, list[Field]] = field(default_factory=dict)
    body: list[Field] = field(default_factory=list)
    body_line: int = 0
    responses: list[Response] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    auth_methods: list[str] = field(default_factory=list)
    token_types: list[str] = field(default_factory=list)
    granted: list[str] = field(default_factory=list)  # scopes, where the page repeats them
    sample: str = ""  # a request for the command line
    sample_line: int = 0


class _Reader:
    """Reads the lines once; the headings above a line decide its meaning."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = [_unescaped(line) for line in text.splitlines()]
        self._section = ""
        self._fields: list[Field] = []  # the list of the next field
        self._outer: list[list[Field]] = []  # the enclosing lists, outermost first
        self._page = self._requested(name)

    def _requested(self, name: str) -> Page:
        matches = enumerate((_REQUEST.match(line.strip()) for line in self._lines), start=1)
        number, request = next(((number, found) for number, found in matches if found), (0, None))
        headings = [line.strip("# ").lower() for line in self._lines if line.startswith("#")]
        if request is None or not any(each.startswith("responses") for each in headings):
            raise CannotRunError(
                f"{name} is not the page of an operation: it has no line such as "
                "`PUT https://.../path` with a heading `Responses` below it"
            )
        path = re.sub(r":(\w+)", r"{\1}", request[3])
        return Page(name, request[1], request[2], path, number)

    def read(self) -> Page:
        """Read all lines."""
        block: list[str] | None = None
        for number, line in enumerate(self._lines, start=1):
            text = line.strip()
            if text.startswith("```"):
                if block is not None:
                    self._add_block("\n".join(block), number - len(block))
                block = [] if block is None else None
            elif block is not None:
                block.append(line)
            elif text.startswith("#"):
                self._start_section(text, number)
            elif self._section == "responses":
                self._add_to_responses(text, number)
            else:
                self._add_line(text, number)
        for response in self._page.responses:
            response.fields = _nested(response.fields, response.example)
        return self._page

    def _start_section(self, heading: str, number: int) -> None:
        words = heading.strip("# ").replace("*", "").lower()
        self._fields, self._outer = [], []
        for place in _PLACES:
            if words.startswith(f"{place} param"):
                self._section, self._fields = place, self._page.parameters.setdefault(place, [])
                return
        known = (each for each in _SECTIONS if words.startswith(each))
        self._section = next(known, words.split(" ")[0])
        if self._section == "body":
            self._page.body_line, self._fields = number, self._page.body

    def _add_line(self, text: str, number: int) -> None:
        page = self._page
        if text.startswith("source:"):
            page.source = text.removeprefix("source:").strip()
        link = re.search(r"\]\((https?://[^)#\s]+)#__docusaurus", text)
        page.links = link[1] if link else page.links
        listed = {
            "scope": page.scopes,
            "auth method": page.auth_methods,
            "token type": page.token_types,
        }
        if self._section in listed:
            listed[self._section] += re.findall(r"`([^`]+)`", text)
        elif self._section in (*_PLACES, "body"):
            self._add_field(text, number)

    def _add_to_responses(self, text: str, number: int) -> None:
        responses = self._page.responses
        if status := re.fullmatch(r"- (\d{3})", text):
            responses.append(Response(status[1], number))
        elif text == "**Schema**":
            waiting = (e for e in responses if not e.has_body and e.status not in _WITHOUT_BODY)
            response = next(waiting, None)
            if response is not None:
                response.has_body, response.line = True, number
                self._fields, self._outer = response.fields, []
        elif re.fullmatch(r"(?:- )?Array ?\[", text) and self._fields:
            self._outer.append(self._fields)
            self._fields = self._fields[-1].fields
        elif re.fullmatch(r"(?:- )?\]", text) and self._outer:
            self._fields = self._outer.pop()
        else:
            self._add_field(text, number)

    def _add_field(self, text: str, number: int) -> None:
        """Add the field that a line starts, or extend the previous one."""
        match = _FIELD.match(text.removeprefix("- "))
        if match:
            many = match["many"] is not None or match["type"] == "array"
            required = match["required"] is not None
            self._fields.append(Field(match["name"], match["type"], many, required, number))
        elif self._fields and text.lower().startswith("**possible values:**"):
            self._fields[-1].values = re.findall(r"`([^`]+)`", text)
        elif self._fields and (example := re.match(r"Example: ?`(.*)`", text)):
            self._fields[-1].example = example[1]

    def _add_block(self, text: str, number: int) -> None:
        """Add a code block: an example of the last response, a sample, the authorization."""
        if self._section == "responses":
            shown = [each for each in self._page.responses if each.has_body]
            if shown and shown[-1].example is None:
                shown[-1].example = _json(text)
        elif self._section == "authorization" and "scopes:" in text:
            scopes = text.partition("scopes:")[2]
            scopes = re.split(r"(?:scheme|bearerFormat|type|in|description):", scopes)[0]
            self._page.granted = re.findall(r"[\w./-]+", scopes)
        if text.lstrip().startswith("curl"):
            self._page.sample, self._page.sample_line = text, number


def read(text: str, name: str) -> Page:
    """Read a page; CannotRunError if it is not the page of an operation."""
    return _Reader(text, name).read()


def _unescaped(line: str) -> str:
    """Remove the escapes of a scraper."""
    return re.sub(r"\\([\[\]_#*\\-])", r"\1", line.rstrip("\\").rstrip())


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _nested(fields: list[Field], example: Any) -> list[Field]:
    """Nest fields as in the example; a page lists all of them after the object."""
    found: list[Field] = []
    pending = list(fields)
    while pending:
        each = pending.pop(0)
        shown = example.get(each.name) if isinstance(example, dict) else None
        inner = shown[0] if isinstance(shown, list) and shown else shown
        if isinstance(inner, dict):
            below = list(each.fields)
            while not each.fields and pending and pending[0].name in inner:
                if any(one.name == pending[0].name for one in below):
                    break
                below.append(pending.pop(0))
            each.fields = _nested(below, inner)
        found.append(each)
    return found


def all_fields(fields: list[Field]) -> Iterator[Field]:
    """Yield fields and all nested ones."""
    for each in fields:
        yield each
        yield from all_fields(each.fields)
