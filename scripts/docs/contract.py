"""Tables of the contract, its corrections, and the witnesses, for the site."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from scripts.contract.tables import is_published, operations_of, scopes_of
from scripts.errors import CannotRunError
from scripts.programs import run_tool

_WITNESS = re.compile(r"\b[a-z]\d\d-[\w-]+")
_NO_HISTORY = "The history of this project is not here."
_LETTER = re.compile(r"^\| `(\w)` \| (.*?) \|$", re.MULTILINE)


def operations(root: Path) -> str:
    contract = _contract(root)
    rows = []
    for each in operations_of(contract).values():
        described, unpublished = each.node.value, "" if is_published(each) else " (not published)"
        label = f"`{each.label}`{unpublished}<br>{described.get('summary', '')}"
        successes = sorted(one for one in described["responses"] if one[0] == "2")
        rows.append((label, _codes(scopes_of(contract, each)), _codes(successes)))
    return markdown_table(("operation", "scope", "success"), rows)


def fields(root: Path) -> str:
    """Return a section with a table of fields for each schema of the contract that has any."""
    sections: list[str] = []
    for name, schema in _contract(root)["components"]["schemas"].items():
        rows = [
            (
                f"`{field}`",
                _type(described),
                "yes" if field in schema.get("required", ()) else "",
                str(described.get("description", "")),
            )
            for field, described in schema.get("properties", {}).items()
        ]
        if rows:
            table = markdown_table(("field", "type", "required", "what it is"), rows)
            about = schema.get("description", "")
            sections += filter(None, (f"## {name}", about, table))
    return "\n\n".join(sections)


def changes(root: Path) -> str:
    """Return how the captured documents changed, by commit, the oldest change first."""
    try:
        first = run_tool("git", "rev-list", "--max-parents=0", "HEAD", cwd=root).split()[-1]
    except CannotRunError:  # a source archive
        return _NO_HISTORY
    if run_tool("git", "rev-parse", "--is-shallow-repository", cwd=root).strip() != "false":
        return _NO_HISTORY
    log = "-m scripts.diff --fail-on never --format markdown --log".split()
    told = run_tool(sys.executable, *log, f"{first}..HEAD", cwd=root)
    none = "HighLevel has not changed its documents since they were first captured."
    return re.sub("^##", "###", told, flags=re.MULTILINE).strip() or none


def corrections(root: Path) -> str:
    """Return a table of the overlay's actions; the witnesses in their evidence become links."""
    names = {path.stem for path in _witnesses(root)}

    def link(found: re.Match[str]) -> str:
        return f"[{found[0]}](witnesses.md#{found[0]})" if found[0] in names else found[0]

    rows = (
        (
            f"{each['description']}.<br><small>`{_escaped(each['target'])}`</small>",
            _WITNESS.sub(link, _escaped(each["x-evidence"])),
            str(each["x-expect"]),
        )
        for each in yaml.safe_load((root / "openapi/overlay.yaml").read_text())["actions"]
    )
    return markdown_table(("correction, and its target", "evidence", "places"), rows)


def facts(root: Path) -> str:
    """Return a table of the questions that OpenAPI cannot express, with the contract's answers."""
    wire = _contract(root)["x-wire"].values()
    rows = ((each["asks"], _escaped(each["answer"]).replace("*", "\\*")) for each in wire)
    return markdown_table(("question", "answer"), rows)


def witnesses(root: Path) -> str:
    """Return a section for each witness: its question, its fact, its exchanges, its strength."""
    about = dict(_LETTER.findall((root / "openapi/witnesses/README.md").read_text()))
    sections = []
    for letter, paths in groupby(_witnesses(root), key=lambda path: path.name[0]):
        sections.append(f"## {about[letter].capitalize()}")
        for path in paths:
            witness = yaml.safe_load(path.read_text())
            said = f"{witness['question']} {witness['fact']}"
            sections += [f"### {path.stem}", said, "\n".join(_exchanges(witness))]
    return "\n\n".join(sections)


def _exchanges(witness: dict[str, Any]) -> Iterator[str]:
    for each in witness.get("exchanges", ()):
        status = each["status"]
        statuses = " or ".join(map(str, status if isinstance(status, list) else [status]))
        yield f"- `{each['request']}` → {statuses}"
    yield ""
    sources, kind = witness.get("sources", 1), witness["source"]["kind"]
    address = witness["source"].get("address")
    known = f"*{witness['strength']}*, {sources} source{'s' * (sources != 1)}, {witness['since']}"
    yield f"{known}, {f'[{kind}]({address})' if address else kind}"


def strengths(root: Path) -> str:
    schema = json.loads((root / "openapi/witnesses/witness.schema.json").read_text())
    words = schema["properties"]["strength"]["description"].rstrip(".").split("; ")
    return markdown_table(("strength", "means"), (each.split(": ") for each in words))


def _contract(root: Path) -> dict[str, Any]:
    contract: dict[str, Any] = json.loads((root / "openapi/associations.json").read_text())
    return contract


def _witnesses(root: Path) -> list[Path]:
    return sorted((root / "openapi/witnesses").glob("*.yaml"), key=lambda path: path.stem)


def _type(schema: dict[str, Any]) -> str:
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
