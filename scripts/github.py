"""Keep one open issue or pull request of a kind in this repository, with GitHub's gh."""

import json
import subprocess
from typing import Any, Literal

from scripts.contract.errors import CannotRunError

LONGEST = 60_000  # characters of a body; GitHub refuses 65,536
_TIMEOUT = 60.0  # seconds for one call of gh
_KINDS = {"issue": "issue", "pr": "pull request"}


def keep(
    kind: Literal["issue", "pr"],
    label: str,
    title: str,
    body: str,
    *,
    about: str,
    closing: str,
    branch: str = "",
) -> str:
    """Open, update or, without a title, close what has the label; return what was done.

    `about` describes the label, `closing` says why it is closed; a pull request has a `branch`.
    """
    name, open_one = _KINDS[kind], _open(kind, label)
    if not title:
        if open_one is None:
            return f"no {name} is open"
        gh(kind, "close", str(open_one["number"]), "--comment", closing)
        return f"closed {name} {open_one['number']}"
    if open_one is None:
        gh("label", "create", label, "--force", "--description", about)
        new = (kind, "create", "--title", title, "--label", label, "--body-file", "-")
        return f"opened {gh(*new, *(['--head', branch] if branch else []), text=body).strip()}"
    if (open_one["title"], open_one["body"].strip()) == (title, body.strip()):
        return f"{name} {open_one['number']} is up to date"
    gh(kind, "edit", str(open_one["number"]), "--title", title, "--body-file", "-", text=body)
    return f"edited {name} {open_one['number']}"


def _open(kind: str, label: str) -> dict[str, Any] | None:
    fields = "number,title,body"
    found = gh(kind, "list", "--label", label, "--state", "open", "--json", fields)
    listed: list[dict[str, Any]] = json.loads(found or "[]")
    return min(listed, key=lambda each: int(each["number"]), default=None)


def gh(*arguments: str, text: str = "") -> str:
    """Run gh, and return its output."""
    return run_tool("gh", *arguments, text=text)


def run_tool(*command: str, text: str = "") -> str:
    """Run gh or git, and return the output."""
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRunError(f"cannot run {command[0]}: {error}") from error
    if done.returncode:
        said = done.stderr.strip() or f"it ended with {done.returncode}"
        raise CannotRunError(f"{' '.join(command[:3])}: {said}")
    return done.stdout
