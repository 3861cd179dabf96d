"""The generated parts of the site's pages, by the names by which the pages ask for them."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

from scripts.docs import contract

_METHODS = re.compile(r"<!-- methods: .*? -->\n(.*)<!-- end of methods -->", re.DOTALL)
_LINK = re.compile(r"\[([^]]+)\]\((?!https?:)[^)]+\)")


def error_tree(root: Path) -> str:
    """Return the tree of errors as facade/errors.py draws it."""
    docstring = ast.get_docstring(ast.parse((root / "facade/errors.py").read_text())) or ""
    tree = [line for line in docstring.splitlines() if re.match(r"\w+Error$|[├│└]", line)]
    return "\n".join(["```text", *tree, "```"])


def methods(root: Path) -> str:
    """Return the table of methods that `make generate` writes into README.md."""
    found = _METHODS.search((root / "README.md").read_text())
    if found is None:
        raise ValueError("README.md has no table of methods")
    return found[1]


def document(name: str) -> Callable[[Path], str]:
    """Return a function that returns a document of the repository without its title.

    Links inside the repository lead nowhere from the site: their texts stay.
    """

    def read(root: Path) -> str:
        _, _, body = (root / name).read_text().partition("\n")
        return _LINK.sub(r"\1", body)

    return read


PARTS: dict[str, Callable[[Path], str]] = {
    "changelog": document("CHANGELOG.md"),
    "contributing": document("CONTRIBUTING.md"),
    "corrections": contract.corrections,
    "error-tree": error_tree,
    "facts": contract.facts,
    "fields": contract.fields,
    "methods": methods,
    "operations": contract.operations,
    "rules": document("scripts/contract/diff/rules.md"),
    "witnesses": contract.witnesses,
}
