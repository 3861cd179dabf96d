"""Tables of the contract, its corrections, and the witnesses, for the site."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from scripts.contract.tables import is_published, operations_of, scopes_of

_WITNESS = re.compile(r"\b[a-z]\d\d-[\w-]+")
_LETTER = re.compile(r"^\| `(\w)` \| (.*?) \|$", re.MULTILINE)


def operations(root: Path) -> str:
    contract = _contract(root)
    rows = (
        (
            f"`{each.label}`"
            + ("" if is_published(each) else " (not published)")
            + f"<br>{each.node.value.get('summary', '')}",
            _codes(scopes_of(contract, each)),
            _codes(sorted(one for one in each.node.value["responses"] if one[0] == "2")),
        )
        for each in operations_of(contract).values()
    )
    return markdown_table(("operation", "scope", "success"), rows)


def fields(root: Path) -> str:
    """Return a section with a table of fields for each schema of the contract that has any."""
    return "\n\n".join(_sections(_contract(root)["components"]["schemas"]))


def corrections(root: Path) -> str:
    """Return a table of the overlay's actions; the witnesses in their evidence become links."""
    overlay = yaml.safe_load((root / "openapi/overlay.yaml").read_text())
    rows = (
        (
            f"{each['description']}.<br><small>`{_escaped(each['target'])}`</small>",
            _linked(_escaped(each["x-evidence"]), root),
            str(each["x-expect"]),
        )
        for each in overlay["actions"]
    )
    return markdown_table(("correction, and its target", "evidence", "places"), rows)


def facts(root: Path) -> str:
    """Return a table of the questions that OpenAPI cannot express, with the contract's answers."""
    wire = _contract(root)["x-wire"].values()
    rows = ((each["asks"], _escaped(each["answer"]).replace("*", "\\*")) for each in wire)
    return markdown_table(("question", "answer"), rows)


def witnesses(root: Path) -> str:
    """Return a section for each witness: its question, its fact, its exchanges, its strength."""
    folder = root / "openapi/witnesses"
    about = dict(_LETTER.findall((folder / "README.md").read_text()))
    sections = []
    for letter, names in groupby(_witness_names(root), key=lambda name: name[0]):
        sections.append(f"## {about[letter].capitalize()}")
        for name in names:
            witness = yaml.safe_load((folder / f"{name}.yaml").read_text())
            sections.append(
                f"### {name}\n\n{witness['question']} {witness['fact']}\n\n{_exchanges(witness)}"
            )
    return "\n\n".join(sections)


def _exchanges(witness: dict[str, Any]) -> str:
    lines = []
    for each in witness.get("exchanges", ()):
        status = each["status"]
        statuses = " or ".join(map(str, status if isinstance(status, list) else [status]))
        lines.append(f"- `{each['request']}` → {statuses}")
    sources = witness.get("sources", 1)
    known = f"*{witness['strength']}*, {sources} source{'s' * (sources != 1)}, {witness['since']}"
    kind, address = witness["source"]["kind"], witness["source"].get("address")
    known += f", {f'[{kind}]({address})' if address else kind}"
    return "\n".join([*lines, "", known])


def strengths(root: Path) -> str:
    """Return a table of the strengths of witnesses, from the schema of witnesses."""
    schema = json.loads((root / "openapi/witnesses/witness.schema.json").read_text())
    words = schema["properties"]["strength"]["description"].rstrip(".").split("; ")
    return markdown_table(("strength", "means"), (each.split(": ") for each in words))


def _contract(root: Path) -> dict[str, Any]:
    contract: dict[str, Any] = json.loads((root / "openapi/associations.json").read_text())
    return contract


def _witness_names(root: Path) -> list[str]:
    return sorted(path.stem for path in (root / "openapi/witnesses").glob("*.yaml"))


def _linked(text: str, root: Path) -> str:
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
        table = markdown_table(("field", "type", "required", "what it is"), rows)
        yield "\n\n".join(filter(None, (f"## {name}", schema.get("description", ""), table)))


def _type(schema: dict[str, Any]) -> str:
    """Return the type of a schema, as a link if this page describes it."""
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


def _codes(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown; the cells may have line ends."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(' '.join(cell.split()) for cell in line)} |" for line in lines)
