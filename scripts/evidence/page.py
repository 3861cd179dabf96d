"""Read the page of an operation: its sections, and the fields in them, in two notations."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from scripts.errors import CannotRunError
from scripts.openapi.documents import Document

LINE = "x-line"  # where the page documents a part of its operation
_REQUEST = re.compile(r"(GET|PUT|POST|DELETE|PATCH|HEAD|OPTIONS)\s+(https?://[^/\s]+)(/\S*)")
_FIELD = re.compile(
    r"(?:- )?\*\*(?P<name>[\w.$\[\]-]+)\*\*\s*"
    r"(?P<type>string|object|number|integer|boolean|array|any|null|date-time)"
    r"(?P<many>\[\])?\s*(?P<required>required)?"
)
_PLACE = re.compile(r"(header|path|query)(?= param)|body")
_LISTS = re.compile(r"scope|auth method|token type")
_WITHOUT_BODY = ("204", "205", "304")


@dataclass
class PageField:
    """A field or parameter: its type in the page's words, and the fields in it."""

    name: str
    type: str
    many: bool
    required: bool
    line: int
    values: list[str] = field(default_factory=list)
    example: str | None = None
    fields: "list[PageField]" = field(default_factory=list)

    def schema(self) -> Document:
        kind = "string" if self.type == "date-time" else self.type
        is_open = kind == "any" or (self.many and kind in ("array", "object"))
        found: Document = {} if is_open else {"type": kind}
        if self.fields:
            found = _object(self.fields)
        elif self.values and not self.many:
            found["enum"] = self.values
        return {"type": "array", "items": found} if self.many else found


@dataclass
class Group:
    """What a page says of one place: header, path, query, body, or a status."""

    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)
    example: Any = None
    has_body: bool = False

    @property
    def fields(self) -> list[PageField]:
        """The fields, nested as in the example."""
        return _nested(_fields(self.lines), self.example)

    @property
    def content(self) -> Document:
        return {"content": {"application/json": {"schema": _object(self.fields)}}}


@dataclass
class Page:
    name: str
    method: str
    server: str
    path: str
    line: int
    source: str = ""  # the address of the page
    links: str = ""  # the address in the page's own links
    groups: dict[str, Group] = field(default_factory=dict)  # by place
    lists: dict[str, list[str]] = field(default_factory=dict)  # scope, auth method, token type
    granted: list[str] = field(default_factory=list)  # scopes, where the page repeats them
    samples: list[tuple[int, str]] = field(default_factory=list)  # requests for a command line

    def operation(self) -> Document:
        """Return the page's operation; each part of it that a line documents has that line."""
        found: Document = {"parameters": [], "responses": {}, LINE: self.line}
        for place, each in self.groups.items():
            if place == "body":
                found["requestBody"] = {"required": True, **each.content, LINE: each.line}
            elif place.isdigit():
                content = each.content if each.has_body else {}
                found["responses"][place] = {"description": "", **content, LINE: each.line}
            else:
                for one in each.fields:
                    named = {"name": one.name, "in": place, "required": one.required}
                    found["parameters"].append({**named, "schema": one.schema(), LINE: one.line})
        return found


def read(text: str, name: str) -> Page:
    """Read a page; CannotRunError if it is not the page of an operation."""
    # A scraper escapes.
    lines = [
        re.sub(r"\\([\[\]_#*\\-])", r"\1", line.rstrip("\\").rstrip()) for line in text.splitlines()
    ]
    requests = ((number, _REQUEST.match(each.strip())) for number, each in enumerate(lines, 1))
    number, request = next((each for each in requests if each[1]), (0, None))
    pieces = list(_pieces(lines))
    headings = (text for _, kind, text in pieces if kind == "heading")
    if request is None or not any(each.startswith("responses") for each in headings):
        raise CannotRunError(
            f"{name} is not the page of an operation: it has no line such as "
            "`PUT https://.../path` with a heading `Responses` below it"
        )
    method, server, path = request.groups()
    page = Page(name, method, server, re.sub(r":(\w+)", r"{\1}", path), number)
    if source := re.search(r"^source:\s*(\S+)", text, re.M):
        page.source = source[1]
    if links := re.search(r"\]\((https?://[^)#\s]+)#__docusaurus", text):
        page.links = links[1]
    _add_sections(page, pieces)
    return page


def _add_sections(page: Page, pieces: list[tuple[int, str, str]]) -> None:
    heading, group = "", None
    for number, kind, text in pieces:
        if kind == "heading":
            heading = text
            place = _PLACE.match(heading)
            group = page.groups.setdefault(place[0], Group(number)) if place else None
        elif kind == "block":
            if heading.startswith("authorization") and "scopes:" in text:
                scopes = text.partition("scopes:")[2]
                scopes = re.split(r"(?:scheme|bearerFormat|type|in|description):", scopes)[0]
                page.granted = re.findall(r"[\w./-]+", scopes)
            if text.lstrip().startswith("curl"):
                page.samples.append((number, text))
            if group is not None and group.has_body and group.example is None:
                group.example = _json(text)
        elif listed := _LISTS.match(heading):
            page.lists.setdefault(listed[0], []).extend(re.findall(r"`([^`]+)`", text))
        elif heading.startswith("responses") and (status := re.fullmatch(r"- (\d{3})", text)):
            page.groups.setdefault(status[1], Group(number))
        elif text == "**Schema**":
            # It belongs to the first status that may have a body and has none yet.
            waiting = (
                each
                for place, each in page.groups.items()
                if place.isdigit() and place not in _WITHOUT_BODY and not each.has_body
            )
            if (response := next(waiting, None)) is not None:
                group, response.has_body, response.line = response, True, number
        elif group is not None:
            group.lines.append((number, text))


def _pieces(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield headings, blocks of code and other lines, each with the number of its first line."""
    block: list[str] | None = None
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if text.startswith("```"):
            if block is not None:
                yield number - len(block), "block", "\n".join(block)
            block = [] if block is None else None
        elif block is not None:
            block.append(line)
        elif text.startswith("#"):
            yield number, "heading", text.strip("# ").replace("*", "").lower()
        else:
            yield number, "text", text


def _fields(lines: list[tuple[int, str]]) -> list[PageField]:
    """Read fields; a line that starts none may extend the one before."""
    lists: list[list[PageField]] = [[]]  # the open ones, outermost first
    for number, text in lines:
        inner = lists[-1]
        if match := _FIELD.match(text):
            many = match["many"] is not None or match["type"] == "array"
            required = match["required"] is not None
            inner.append(PageField(match["name"], match["type"], many, required, number))
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


def _nested(fields: list[PageField], example: Any) -> list[PageField]:
    """Nest fields as in the example; a page lists all of them after the object."""
    found: list[PageField] = []
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


def _object(fields: list[PageField]) -> Document:
    properties = {each.name: {**each.schema(), LINE: each.line} for each in fields}
    required = [each.name for each in fields if each.required]
    found: Document = {"type": "object", "properties": properties}
    return {**found, "required": required} if required else found


def all_fields(fields: list[PageField]) -> Iterator[PageField]:
    for each in fields:
        yield each
        yield from all_fields(each.fields)
