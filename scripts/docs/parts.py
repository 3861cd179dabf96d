"""The generated parts of the site's pages, by name."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from facade._core.client_options import PUBLISHED_VERSIONS, VERSION
from facade._core.operations import VERSIONS
from facade.redis.health import RIGHTS
from scripts.docs import contract, errors, retries

_METHODS = re.compile(r"<!-- methods: .*? -->\n(.*)<!-- end of methods -->", re.DOTALL)
_LINK = re.compile(r"\[([^]]+)\]\((?!https?:)[^)]+\)")


def figure(name: str) -> Callable[[Path], str]:
    """Return a function that inlines a figure into the page, to take over the page's colours."""
    return lambda root: (root / f"docs/assets/figures/{name}.svg").read_text()


def examples(root: Path) -> str:
    """Return the programs of examples/, each with its summary."""
    sections = []
    for path in sorted((root / "examples").glob("[a-z]*.py")):
        source = path.read_text()
        summary = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0]
        fence = f'```python title="examples/{path.name}"'
        sections.append(f"## {path.name}\n\n{summary}\n\n{fence}\n{source.rstrip()}\n```")
    return "\n\n".join(sections)


def faults(root: Path) -> str:
    """Return a table of the sandbox's faults: the functions of facade/testing/faults.py."""
    rows = ["| fault | what goes wrong |", "|---|---|"]
    for node in ast.parse((root / "facade/testing/faults.py").read_text()).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            summary = (ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
            named = f"`{node.name}`][facade.testing.faults.{node.name}"
            rows.append(f"| [{named}] | {summary} |")
    return "\n".join(rows)


def methods(root: Path) -> str:
    """Return the table of methods that `make generate` writes into README.md."""
    found = _METHODS.search((root / "README.md").read_text())
    if found is None:
        raise ValueError("README.md has no table of methods")
    return found[1]


def redis_rights(root: Path) -> str:
    return f"```text\nACL SETUSER my-app on >password {RIGHTS}\n```"


def versions(root: Path) -> str:
    """Return a table of the published Versions, newest first."""
    rows = ["| Version | in this project |", "|---|---|"]
    for version in reversed(PUBLISHED_VERSIONS):
        known = "captured, tested" if version in VERSIONS else "sent as given"
        rows.append(f"| `{version}` | {known}{', the default' * (version == VERSION)} |")
    return "\n".join(rows)


def document(name: str) -> Callable[[Path], str]:
    """Return a function that inserts a document of the repository without its title.

    Links within the repository are broken on the site, so only their texts stay.
    """

    def read(root: Path) -> str:
        _, _, body = (root / name).read_text().partition("\n")
        return _LINK.sub(r"\1", body)

    return read


def changelog(root: Path) -> str:
    """Return the changelog, with what is not released at its top."""
    draft = [*"-m towncrier build --draft --version Next --date unreleased".split()]
    done = subprocess.run([sys.executable, *draft], cwd=root, capture_output=True, check=True)
    intro, marker, released = document("CHANGELOG.md")(root).partition("<!-- towncrier")
    return f"{intro}\n\n{done.stdout.decode()}\n{marker}{released}"


_OAUTH, _WEBHOOKS = "facade/oauth/failures.py", "facade/webhooks/rejections.py"
PARTS: dict[str, Callable[[Path], str]] = {
    "advice": errors.advice,
    "call-options": retries.options,
    "changelog": changelog,
    "contributing": document("CONTRIBUTING.md"),
    "corrections": contract.corrections,
    "error-tree": errors.tree("facade/errors.py"),
    "errors": errors.reference("facade/errors.py", "facade"),
    "facts": contract.facts,
    "examples": examples,
    "faults": faults,
    "fields": contract.fields,
    "figure-call": figure("call"),
    "figure-delivery": figure("delivery"),
    "figure-document": figure("document"),
    "lookups": retries.lookups,
    "methods": methods,
    "oauth-error-tree": errors.tree(_OAUTH),
    "oauth-errors": errors.reference(_OAUTH, "facade.oauth"),
    "operations": contract.operations,
    "patience": retries.patience,
    "redis-rights": redis_rights,
    "retries": retries.table,
    "retry-numbers": retries.numbers,
    "rules": document("scripts/diff/rules.md"),
    "strengths": contract.strengths,
    "versions": versions,
    "webhook-error-tree": errors.tree(_WEBHOOKS),
    "webhook-errors": errors.reference(_WEBHOOKS, "facade.webhooks", "show_attribute_values: true"),
    "witnesses": contract.witnesses,
}
