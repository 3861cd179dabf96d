"""The trees of errors, and their entries in the reference, from the classes of a module."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

from scripts.docs.contract import markdown_table

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


def advice(_: Path) -> str:
    """Return a table of what each error means, and of what to do by its own text."""
    rows = []
    for kind in _errors("facade.errors"):
        name, means, do = kind.__name__, _summary(kind), kind.advice
        if name in _WITNESSES:
            links = [f"[{one[:3]}](../contract/witnesses.md#{one})" for one in _WITNESSES[name]]
            means += f" ({', '.join(links)})"
        for text, page in _PAGES.items():
            do = do.replace(text, f"[{text}]({page})")
        rows.append((f"`{name}`", means, do or "read its text"))
    return markdown_table(("error", "it means", "do"), rows)


def tree(module: str, _: Path) -> str:
    """Draw the tree of a module's errors, with their summaries."""
    children: dict[Any, list[Any]] = {}
    for kind in _errors(module):
        base = next(each for each in kind.__mro__[1:] if not each.__name__.startswith("_"))
        children.setdefault(base, []).append(kind)
    # The base of the first class is Exception, or an error of another module.
    top, first = next(iter(children.items()))
    roots = first if top is Exception else [top]
    lines = [line for kind in roots for line in _branch(kind, children)]
    width = max(len(label) for label, _ in lines) + 2
    shown = [
        f"{label:<{width}}{_summary(kind) if kind.__module__ == module else ''}".rstrip()
        for label, kind in lines
    ]
    return "\n".join(["```text", *shown, "```"])


def reference(module: str, package: str, _: Path, *, options: Sequence[str] = ()) -> str:
    """Write the entries of a module's errors, with more options."""
    return "\n\n".join(
        f"::: {package}.{kind.__name__}\n    options: {{{', '.join([*_members(kind), *options])}}}"
        for kind in _errors(module)
    )


def _members(kind: type) -> list[str]:
    """Return the options for the members of a class; those of a private base are its own."""
    base: Any = kind.__base__
    if base.__name__.startswith("_"):
        nodes = ast.walk(ast.parse(dedent(inspect.getsource(base))))
        members = ", ".join(name for node in nodes for name in _attributes(node))
        return [f"inherited_members: [{members}]", "show_bases: false"]
    return [] if base is Exception else ["merge_init_into_class: false"]


def _attributes(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        yield node.attr
    if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
        yield node.name


def _branch(kind: Any, children: Mapping[Any, list[Any]]) -> Iterator[tuple[str, Any]]:
    """Yield (drawn name, class) for an error and all below it."""
    yield kind.__name__, kind
    below = children.get(kind, [])
    for child in below:
        leads = ("└── ", "    ") if child is below[-1] else ("├── ", "│   ")
        for number, (label, each) in enumerate(_branch(child, children)):
            yield leads[number > 0] + label, each


def _errors(module: str) -> list[Any]:
    """Return the public errors that a module defines."""
    found = [each for each in vars(import_module(module)).values() if isinstance(each, type)]
    return [one for one in found if one.__module__ == module and one.__name__[0] != "_"]


def _summary(kind: Any) -> str:
    return re.split(r"[.;](?:\s|$)", str(inspect.getdoc(kind)))[0].replace("`", "")
