"""Keep one open issue or pull request of a kind in this repository, with GitHub's gh."""

import json
from typing import Any

from scripts.programs import run_tool

EPILOG = """gh reads the repository and the token from GH_REPO and GH_TOKEN.
Exit code: 0 all is up to date, 2 could not run."""
LONGEST = 60_000  # characters of a body; GitHub refuses 65,536
KINDS = {"pr": "pull request", "issue": "issue"}


def keep(kind: str, label: str, title: str, body: str, about: str, *, branch: str = "") -> str:
    """Open what has the label, or update it; return what was done.

    `about` describes the label; a pull request has a `branch`.
    """
    name, found = KINDS[kind], _open(kind, label)
    if found is None:
        run_tool("gh", "label", "create", label, "--force", "--description", about)
        new = [kind, "create", "--title", title, "--label", label, "--body-file", "-"]
        head = ["--head", branch] if branch else []
        return f"opened {run_tool('gh', *new, *head, text=body).strip()}"
    number = str(found["number"])
    if (found["title"], found["body"].strip()) == (title, body.strip()):
        return f"{name} {number} is up to date"
    run_tool("gh", kind, "edit", number, "--title", title, "--body-file", "-", text=body)
    return f"edited {name} {number}"


def close(kind: str, label: str, why: str) -> str:
    """Close what has the label, if it is open; return what was done."""
    name, found = KINDS[kind], _open(kind, label)
    if found is None:
        return f"no {name} is open"
    run_tool("gh", kind, "close", str(found["number"]), "--comment", why)
    return f"closed {name} {found['number']}"


def _open(kind: str, label: str) -> dict[str, Any] | None:
    fields = "number,title,body"
    found = run_tool("gh", kind, "list", "--label", label, "--state", "open", "--json", fields)
    listed: list[dict[str, Any]] = json.loads(found or "[]")
    return min(listed, key=lambda each: int(each["number"]), default=None)
