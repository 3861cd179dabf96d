"""The trees of errors, and their entries in the reference, from the classes of a module."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import facade.errors
from scripts.docs.contract import markdown_table

Classes = Mapping[str, ast.ClassDef]

_WITNESSES = {
    "AuthenticationError": (
        "e17-invalid-access-token",
        "r06-passing-401",
        "o14-private-token-rotated",
    ),
    "EdgeRefusalError": ("r05-edge-page", "r05-edge-fingerprint"),
    "ServerError": ("e23-outage",),
    "VersionHeaderError": ("e16-version-invalid", "e16-version-missing"),
}
_PAGES = {
    "associations.ensure": "ensure.md",
    "relations.ensure": "ensure.md",
    "relations.link": "associations.md#sides",
    "facade.bulk.replace": "bulk.md#the-relations-of-one-record",
    "`version`": "versions.md",
    "`deadline`": "waits.md#patience",
    "facade.redis": "workers.md",
}


def advice(root: Path) -> str:
    """Return a table of what each error means, and of what to do by its own text."""
    rows = []
    classes = _classes(root / "facade/errors.py")
    for name in _public(classes):
        means, do = _summary(classes[name]), getattr(facade.errors, name).advice
        if name in _WITNESSES:
            links = [f"[{one[:3]}](../contract/witnesses.md#{one})" for one in _WITNESSES[name]]
            means += f" ({', '.join(links)})"
        for text, page in _PAGES.items():
            do = do.replace(text, f"[{text}]({page})")
        rows.append((f"`{name}`", means, do or "read its text"))
    return markdown_table(("error", "it means", "do"), rows)


def tree(module: str) -> Callable[[Path], str]:
    """Return a function that draws the tree of a module's errors, with their summaries."""

    def draw(root: Path) -> str:
        classes = _classes(root / module)
        children: dict[str, list[str]] = {}
        for name in _public(classes):
            children.setdefault(_base(classes, name), []).append(name)
        # The base of the first class is Exception, or an error of another module.
        top = _base(classes, _public(classes)[0])
        names = children[top] if top == "Exception" else [top]
        lines = [line for name in names for line in _branch(name, children)]
        width = max(len(label) for label, _ in lines) + 2
        shown = [f"{label:<{width}}{_summary(classes.get(name))}" for label, name in lines]
        return "\n".join(["```text", *(line.rstrip() for line in shown), "```"])

    return draw


def reference(module: str, package: str, *options: str) -> Callable[[Path], str]:
    """Return a function that writes the entries of a module's errors, with more options."""

    def write(root: Path) -> str:
        classes = _classes(root / module)
        entries: list[str] = []
        for name in _public(classes):
            given = ", ".join([*_members(classes, name), *options])
            entries.append(f"::: {package}.{name}\n    options: {{{given}}}")
        return "\n\n".join(entries)

    return write


def _members(classes: Classes, name: str) -> list[str]:
    """Return the options for the members of a class; those of a private base are its own."""
    base = ast.unparse(classes[name].bases[0])
    if base in classes and base.startswith("_"):
        members = ", ".join(_attributes(classes[base]))
        return [f"inherited_members: [{members}]", "show_bases: false"]
    return [] if base == "Exception" else ["merge_init_into_class: false"]


def _attributes(node: ast.ClassDef) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store):
            yield each.attr
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            yield each.name


def _branch(name: str, children: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield (drawn name, name) for an error and all below it."""
    yield name, name
    below = children.get(name, [])
    for child in below:
        is_last = child == below[-1]
        for number, (label, each) in enumerate(_branch(child, children)):
            lead = ("└── " if is_last else "├── ") if not number else "    " if is_last else "│   "
            yield lead + label, each


def _classes(path: Path) -> Classes:
    body = ast.parse(path.read_text()).body
    return {node.name: node for node in body if isinstance(node, ast.ClassDef)}


def _public(classes: Classes) -> list[str]:
    return [name for name in classes if not name.startswith("_")]


def _base(classes: Classes, name: str) -> str:
    """Return the first public base of a class."""
    base = ast.unparse(classes[name].bases[0])
    return _base(classes, base) if base.startswith("_") else base


def _summary(node: ast.ClassDef | None) -> str:
    if node is None:
        return ""
    first, *_ = re.split(r"[.;](?:\s|$)", ast.get_docstring(node) or "", maxsplit=1)
    return first.replace("`", "")
