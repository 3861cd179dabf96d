"""Read the page of an operation: its sections, and the fields in them, in two notations."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scripts.errors import CannotRunError

_REQUEST = re.compile(r"(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS)\s+(https?://[^/\s]+)(/\S*)")
_FIELD = re.compile(
    r"(?:- )?\*\*(?P<name>[\w.$\[\]-]+)\*\*\s*"
    r"(?P<type>string|object|number|integer|boolean|array|any|null|date-time)"
    r"(?P<many>\[\])?\s*(?P<required>required)?"
)
_WITHOUT_BODY = ("204", "205", "304")
_PLACES = ("header", "path", "query")
_LISTS = ("scope", "auth method", "token type")


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
    lists: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _LISTS})
    granted: list[str] = field(default_factory=list)  # scopes, where the page repeats them
    sample: str = ""  # a request for the command line
    sample_line: int = 0


@dataclass
class _Section:
    """A heading, and its lines and code blocks with their line numbers."""

    heading: str = ""
    line: int = 0
    content: list[tuple[int, str, bool]] = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[int, str]]:
        return [(number, text) for number, text, is_block in self.content if not is_block]


def read(text: str, name: str) -> Page:
    """Read a page; CannotRunError if it is not the page of an operation."""
    lines = [
        re.sub(r"\\([\[\]_#*\\-])", r"\1", each.rstrip("\\").rstrip()) for each in text.splitlines()
    ]  # a scraper escapes
    sections = list(_sections(lines))
    requests = ((number, _REQUEST.match(each.strip())) for number, each in enumerate(lines, 1))
    number, request = next((each for each in requests if each[1]), (0, None))
    if request is None or not any(each.heading.startswith("responses") for each in sections):
        raise CannotRunError(
            f"{name} is not the page of an operation: it has no line such as "
            "`PUT https://.../path` with a heading `Responses` below it"
        )
    page = Page(name, request[1], request[2], re.sub(r":(\w+)", r"{\1}", request[3]), number)
    for section in sections:
        _add(section, page)
    return page


def _sections(lines: list[str]) -> Iterator[_Section]:
    section = _Section()
    block: list[str] | None = None
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text.startswith("```"):
            if block is not None:
                section.content.append((number - len(block), "\n".join(block), True))
            block = [] if block is None else None
        elif block is not None:
            block.append(line)
        elif text.startswith("#"):
            yield section
            section = _Section(text.strip("# ").replace("*", "").lower(), number)
        else:
            section.content.append((number, text, False))
    yield section


def _add(section: _Section, page: Page) -> None:
    """Add what a section says."""
    heading = section.heading
    for place in _PLACES:
        if heading.startswith(f"{place} param"):
            page.parameters.setdefault(place, []).extend(_fields(section.lines))
    if heading.startswith("body"):
        page.body_line, page.body = section.line, [*page.body, *_fields(section.lines)]
    if heading.startswith("responses"):
        page.responses += _responses(section)
    listed = next((each for each in _LISTS if heading.startswith(each)), "")
    for number, text, is_block in section.content:
        if is_block:
            if heading.startswith("authorization") and "scopes:" in text:
                scopes = text.partition("scopes:")[2]
                scopes = re.split(r"(?:scheme|bearerFormat|type|in|description):", scopes)[0]
                page.granted = re.findall(r"[\w./-]+", scopes)
            if text.lstrip().startswith("curl"):
                page.sample, page.sample_line = text, number
            continue
        if listed:
            page.lists[listed] += re.findall(r"`([^`]+)`", text)
        if text.startswith("source:"):
            page.source = text.removeprefix("source:").strip()
        if link := re.search(r"\]\((https?://[^)#\s]+)#__docusaurus", text):
            page.links = link[1]


def _responses(section: _Section) -> list[Response]:
    """Read statuses; a schema belongs to the first one that may have a body and has none yet."""
    found: list[Response] = []
    schemas: list[tuple[Response, list[tuple[int, str]]]] = []
    for number, text, is_block in section.content:
        if is_block:
            if schemas and schemas[-1][0].example is None:
                schemas[-1][0].example = _json(text)
        elif status := re.fullmatch(r"- (\d{3})", text):
            found.append(Response(status[1], number))
        elif text == "**Schema**":
            waiting = (e for e in found if not e.has_body and e.status not in _WITHOUT_BODY)
            if (response := next(waiting, None)) is not None:
                response.has_body, response.line = True, number
                schemas.append((response, []))
        elif schemas:
            schemas[-1][1].append((number, text))
    for response, lines in schemas:
        response.fields = _nested(_fields(lines), response.example)
    return found


def _fields(lines: list[tuple[int, str]]) -> list[Field]:
    """Read fields; a line that starts none may extend the one before."""
    lists: list[list[Field]] = [[]]  # the open ones, outermost first
    for number, text in lines:
        inner = lists[-1]
        if match := _FIELD.match(text):
            many = match["many"] is not None or match["type"] == "array"
            required = match["required"] is not None
            inner.append(Field(match["name"], match["type"], many, required, number))
        elif re.fullmatch(r"(?:- )?\]", text) and len(lists) > 1:
            lists.pop()
        elif inner and re.fullmatch(r"(?:- )?Array ?\[", text):
            lists.append(inner[-1].fields)
        elif inner and text.lower().startswith("**possible values:**"):
            inner[-1].values = re.findall(r"`([^`]+)`", text)
        elif inner and (example := re.match(r"Example: ?`(.*)`", text)):
            inner[-1].example = example[1]
    return lists[0]


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
