"""Read a witness, a file of openapi/witnesses, in the format of recordings."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from scripts.contract.errors import CannotRunError
from scripts.contract.openapi.documents import Document, parse
from scripts.contract.places import FilePlace

VERSION = "2021-07-28"  # of an exchange that does not name one
_KINDS = {
    bool: "boolean",
    dict: "object",
    float: "number",
    int: "integer",
    list: "array",
    str: "string",
    type(None): "null",
}


def is_witness(path: Path) -> bool:
    """Return whether a file is a witness, by its name; recordings are JSON lines."""
    return path.suffix in (".yaml", ".yml")


def read_witness(path: Path, document: Document) -> list[dict[str, Any]]:
    """Return the responses of a witness; CannotRunError if it has none, or is not a witness.

    Operations are taken from the document; for one it lacks, the path of the exchange stays.
    """
    data = FilePlace(path).read()
    try:
        found = list(_answers(parse(data, str(path)), document))
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        why = f"{path} is not a witness; see openapi/witnesses/README.md: {error!r:.80}"
        raise CannotRunError(why) from error
    if not found:
        raise CannotRunError(f"{path} has no response body: there is nothing to compare")
    return found


def _answers(witness: dict[str, Any], document: Document) -> Iterator[dict[str, Any]]:
    since = witness["since"]
    for exchange in witness.get("exchanges", []):
        media, values = _body(exchange)
        if media is None:
            continue  # only its status is known
        statuses = exchange["status"]
        for status in statuses if isinstance(statuses, list) else [statuses]:
            yield {
                "operation": _operation(exchange["request"], document),
                "version": exchange.get("version", VERSION),
                "status": int(status),
                "media": media,
                "body": _shape(values),
                "first": since,
                "last": since,
            }


def _body(exchange: dict[str, Any]) -> tuple[str | None, list[Any]]:
    if "body" in exchange:
        return "json", [exchange["body"]]
    text = exchange.get("text")
    if text is None:
        return None, []
    return "html" if text.startswith("<") else "other" if text else "empty", []


def _operation(request: str, document: Document) -> str:
    method, _, target = request.partition(" ")
    path = target.partition("?")[0]
    for template, item in sorted(
        document.get("paths", {}).items()
    ):  # literal segments before braces
        pattern = re.sub(r"\\\{[^/]*\\\}", "[^/]+", re.escape(template))
        if method.lower() in item and re.fullmatch(pattern, path):
            return f"{method} {template}"
    return f"{method} {path}"


def _shape(values: Iterable[Any]) -> dict[str, Any]:
    """Return the shape of the values at one place: how many, of which types, with which fields."""
    values = list(values)
    kinds = [_KINDS[type(value)] for value in values]
    found: dict[str, Any] = {
        "n": len(values),
        "types": {kind: kinds.count(kind) for kind in sorted(set(kinds))},
    }
    objects = [value for value in values if isinstance(value, dict)]
    names = dict.fromkeys(name for each in objects for name in each)
    if names:
        found["fields"] = {
            name: _shape(each[name] for each in objects if name in each) for name in names
        }
    items = [item for value in values if isinstance(value, list) for item in value]
    if items:
        found["items"] = _shape(items)
    return found
