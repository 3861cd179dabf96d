"""Tables of the contract, of its corrections, and of the witnesses, for the site."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from scripts.contract.tables import is_published, operations_of, scopes_of

_WITNESS = re.compile(r"\b[a-z]\d\d-[\w-]+")


def operations(root: Path) -> str:
    """Return a table of the contract's operations."""
    contract = _contract(root)
    rows = (
        (
            f"`{each.label}`" + ("" if is_published(each) else " (not published)"),
            str(each.node.value.get("summary", "")),
            _codes(scopes_of(each)),
            _codes(sorted(each.node.value["responses"])),
        )
        for each in operations_of(contract).values()
    )
    return _table(("operation", "what it does", "scope", "statuses"), rows)


def fields(root: Path) -> str:
    """Return a section for each schema of the contract that has fields, with a table of them."""
    return "\n\n".join(_sections(_contract(root)["components"]["schemas"]))


def corrections(root: Path) -> str:
    """Return a table of the overlay's actions; witnesses that their evidence names are links."""
    overlay = yaml.safe_load((root / "openapi/overlay.yaml").read_text())
    rows = (
        (
            each["description"],
            _linked(_escaped(each["x-evidence"]), root),
            f"`{_escaped(each['target'])}`",
            _expected(each["x-expect"]),
        )
        for each in overlay["actions"]
    )
    return _table(("correction", "how that is known", "target", "places"), rows)


def facts(root: Path) -> str:
    """Return a table of what OpenAPI has no words for: the contract's questions and answers."""
    wire = _contract(root)["x-wire"].values()
    return _table(("question", "answer"), ((each["asks"], each["answer"]) for each in wire))


def witnesses(root: Path) -> str:
    """Return a section for each witness: what it was asked, and what was seen."""
    sections = []
    for name in _witness_names(root):
        witness = yaml.safe_load((root / "openapi/witnesses" / f"{name}.yaml").read_text())
        seen = ", ".join(
            f"`{each['request']}` → {_expected(each['status'])}"
            for each in witness.get("exchanges", ())
        )
        parts = (f"### {name}", f"{witness['question']} {witness['fact']}", seen)
        sections.append("\n\n".join(filter(None, parts)))
    return "\n\n".join(sections)


def _contract(root: Path) -> dict[str, Any]:
    contract: dict[str, Any] = json.loads((root / "openapi/associations.json").read_text())
    return contract


def _witness_names(root: Path) -> list[str]:
    return sorted(path.stem for path in (root / "openapi/witnesses").glob("*.yaml"))


def _linked(text: str, root: Path) -> str:
    """Make links of the names of witnesses."""
    names = set(_witness_names(root))

    def link(found: re.Match[str]) -> str:
        name = found[0]
        return f"[{name}](witnesses.md#{name})" if name in names else name

    return _WITNESS.sub(link, text)


def _sections(schemas: dict[str, Any]) -> Iterator[str]:
    for name, schema in schemas.items():
        properties: dict[str, Any] = schema.get("properties", {})
        if not properties:
            continue
        rows = (
            (
                f"`{field}`",
                _type(described),
                "yes" if field in schema.get("required", ()) else "",
                str(described.get("description", "")),
            )
            for field, described in properties.items()
        )
        table = _table(("field", "type", "required", "what it is"), rows)
        yield "\n\n".join(filter(None, (f"## {name}", schema.get("description", ""), table)))


def _type(schema: dict[str, Any]) -> str:
    """Name the type of a schema, with a link where it is another one of this page."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "items" in schema:
        return f"list of {_type(schema['items'])}"
    for word in ("oneOf", "anyOf", "allOf"):
        if word in schema:
            return " or ".join(map(_type, schema[word]))
    kind = schema.get("type", "any")
    return " or ".join(kind) if isinstance(kind, list) else str(kind)


def _expected(count: Any) -> str:
    if isinstance(count, dict):
        return ", ".join(f"{version}: {number}" for version, number in count.items())
    return " or ".join(map(str, count)) if isinstance(count, list) else str(count)


def _codes(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |" for line in lines)
