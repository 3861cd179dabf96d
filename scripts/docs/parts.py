"""The generated parts of the pages, at their `<!-- part: NAME -->`.

`make generate` writes those of the pages that the wheel carries; on the site, which has this module
as a hook, all are made anew.
"""

import ast
import inspect
import re
import sys
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from facade import __version__
from facade._core.client_options import PUBLISHED_VERSIONS, VERSION
from facade._core.operations import VERSIONS
from facade.testing import faults as faults_module
from scripts.docs import contract, errors, retries
from scripts.docs.contract import markdown_table
from scripts.programs import run_tool

ROOT = Path(__file__).parents[2]
# With the text that was written, if it was.
PART = re.compile(
    r"^<!-- part: ([\w-]+) -->$(?:.*?^<!-- end of \1 -->$)?", re.MULTILINE | re.DOTALL
)
# The pages that hold their parts, for readers of the wheel.
_WRITTEN = ("index.md", "start/*.md", "guide/*.md")
# The weight of a page, or of its folder's, in the search: readers want instructions first.
_BOOST = {
    "start": 2,
    "guide": 2,
    "guide/examples.md": 1,
    "guide/methods.md": 0.5,
    "reference": 0.5,
    "contract": 0.2,
    "maintain": 0.2,
}
_METHODS = re.compile(r"<!-- methods: .*? -->\n(.*)<!-- end of methods -->", re.DOTALL)
_LINK = re.compile(r"\[([^]]+)\]\((?!https?:)[^)]+\)")


def figure(name: str, root: Path) -> str:
    """Inline a figure into the page, to take over the page's colours."""
    return (root / f"docs/assets/figures/{name}.svg").read_text()


def examples(root: Path) -> str:
    """Return the programs of examples/, each with its summary."""
    sections = []
    for path in sorted((root / "examples").glob("[a-z]*.py")):
        source = path.read_text()
        summary = (ast.get_docstring(ast.parse(source)) or "").partition("\n\n")[0]
        fence = f'```python title="examples/{path.name}"'
        sections.append(f"## {path.name}\n\n{summary}\n\n{fence}\n{source.rstrip()}\n```")
    return "\n\n".join(sections)


def faults(_: Path) -> str:
    """Return a table of the sandbox's faults: the functions of facade/testing/faults.py."""
    rows = [
        (f"[`{name}`][{each.__module__}.{name}]", (inspect.getdoc(each) or "").partition("\n\n")[0])
        for name, each in vars(faults_module).items()
        if inspect.isfunction(each) and each.__module__ == faults_module.__name__
        if not name.startswith("_")
    ]
    return markdown_table(("fault", "what goes wrong"), rows)


def methods(root: Path) -> str:
    """Return the table of methods that `make generate` writes into README.md."""
    (found,) = _METHODS.findall((root / "README.md").read_text())
    return str(found)


def redis_rights(_: Path) -> str:
    from facade.redis.health import RIGHTS  # here, because the package redis may be missing

    return f"```text\nACL SETUSER my-app on >password {RIGHTS}\n```"


def release(root: Path) -> str:
    """Return the version of this release, and where its source is, if pyproject.toml says so."""
    settings = tomllib.loads((root / "pyproject.toml").read_text())
    repository = settings["tool"]["hatch"]["metadata"]["hooks"]["custom"]["repository"]
    source = f"; [its source]({repository})" if repository else ""
    about = (
        f"Version {__version__}, for Python {settings['project']['requires-python'][2:]} and newer"
    )
    return f"{about}; {settings['project']['license']} licence{source}. [What changed](upgrade.md)."


def versions(_: Path) -> str:
    """Return a table of the published Versions, newest first."""
    rows = []
    for version in reversed(PUBLISHED_VERSIONS):
        known = "captured, tested" if version in VERSIONS else "sent as given"
        rows.append((f"`{version}`", f"{known}{', the default' * (version == VERSION)}"))
    return markdown_table(("Version", "in this project"), rows)


def document(name: str, root: Path) -> str:
    """Return a document of the repository without its title.

    Links within the repository are broken on the site, so only their texts stay.
    """
    return _LINK.sub(r"\1", (root / name).read_text().partition("\n")[2])


def changelog(root: Path) -> str:
    """Return the changelog, with what is not released at its top."""
    draft = "-m towncrier build --draft --version Next --date unreleased".split()
    unreleased = run_tool(sys.executable, *draft, cwd=root)
    intro, marker, released = document("CHANGELOG.md", root).partition("<!-- towncrier")
    return f"{intro}\n\n{unreleased}\n{marker}{released}"


_FIGURES = ("call", "delivery", "document", "ids", "oauth")
_OAUTH, _WEBHOOKS = "facade.oauth.failures", "facade.webhooks.rejections"
PARTS: dict[str, Callable[[Path], str]] = {
    "advice": errors.advice,
    "call-options": retries.options,
    "changelog": changelog,
    "changes": contract.changes,
    "contributing": partial(document, "CONTRIBUTING.md"),
    "corrections": contract.corrections,
    "error-tree": partial(errors.tree, "facade.errors"),
    "errors": partial(errors.reference, "facade.errors", "facade"),
    "facts": contract.facts,
    "examples": examples,
    "faults": faults,
    "fields": contract.fields,
    **{f"figure-{name}": partial(figure, name) for name in _FIGURES},
    "lookups": retries.lookups,
    "methods": methods,
    "oauth-error-tree": partial(errors.tree, _OAUTH),
    "oauth-errors": partial(errors.reference, _OAUTH, "facade.oauth"),
    "operations": contract.operations,
    "patience": retries.patience,
    "redis-rights": redis_rights,
    "release": release,
    "retries": retries.table,
    "retry-numbers": retries.numbers,
    "rules": partial(document, "scripts/diff/rules.md"),
    "strengths": contract.strengths,
    "versions": versions,
    "webhook-error-tree": partial(errors.tree, _WEBHOOKS),
    "webhook-errors": partial(
        errors.reference, _WEBHOOKS, "facade.webhooks", options=["show_attribute_values: true"]
    ),
    "witnesses": contract.witnesses,
}


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Insert the generated parts of a page, and set its search weight."""
    path = page.file.src_uri
    boost = _BOOST.get(path, _BOOST.get(path.partition("/")[0], 1))
    page.meta.setdefault("search", {})["boost"] = boost
    return PART.sub(lambda found: PARTS[found[1]](ROOT), markdown)


def written(root: Path = ROOT) -> dict[Path, str]:
    """Return the pages that hold their parts, with these as they are now.

    Figures and examples, which are files, are inserted when the wheel is built.
    """

    def with_end(found: re.Match[str], path: Path) -> str:
        name = found[1]
        if name == "examples" or name.startswith("figure-"):
            return found[0]
        try:
            made = PARTS[name](ROOT)
        except ImportError as error:  # of an extra, which no change of the contract needs
            sys.stderr.write(f"{path.name}: {name} stays as it is: {error}\n")
            return found[0]
        return f"<!-- part: {name} -->\n\n{made}\n\n<!-- end of {name} -->"

    pages = [path for each in _WRITTEN for path in sorted((root / "docs").glob(each))]
    return {path: PART.sub(partial(with_end, path=path), path.read_text()) for path in pages}
