"""Keep one open issue of a kind in this repository, with GitHub's gh."""

import json
import subprocess
from typing import Any

from scripts.contract.errors import CannotRunError

LONGEST = 60_000  # characters of a body; GitHub refuses 65,536
_TIMEOUT = 60.0  # seconds for one call of gh


def keep_issue(label: str, title: str, body: str, *, about: str, closing: str) -> str:
    """Open, update or, without a title, close the issue with a label; return what was done.

    `about` describes the label, and `closing` says why the issue is closed.
    """
    issue = _open_issue(label)
    if not title:
        if issue is None:
            return "nothing has changed"
        _gh("issue", "close", str(issue["number"]), "--comment", closing)
        return f"closed issue {issue['number']}"
    if issue is None:
        _gh("label", "create", label, "--force", "--description", about)
        new = ("issue", "create", "--title", title, "--label", label, "--body-file", "-")
        return f"opened {_gh(*new, text=body).strip()}"
    if (issue["title"], issue["body"].strip()) == (title, body.strip()):
        return f"issue {issue['number']} is up to date"
    _gh("issue", "edit", str(issue["number"]), "--title", title, "--body-file", "-", text=body)
    return f"edited issue {issue['number']}"


def _open_issue(label: str) -> dict[str, Any] | None:
    fields = "number,title,body"
    found = _gh("issue", "list", "--label", label, "--state", "open", "--json", fields)
    issues: list[dict[str, Any]] = json.loads(found or "[]")
    return min(issues, key=lambda issue: int(issue["number"]), default=None)


def _gh(*arguments: str, text: str = "") -> str:
    try:
        done = subprocess.run(
            ["gh", *arguments],
            input=text,
            capture_output=True,
            text=True,
            check=False,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRunError(f"cannot run gh: {error}") from error
    if done.returncode:
        said = done.stderr.strip() or f"it ended with {done.returncode}"
        raise CannotRunError(f"gh {' '.join(arguments[:2])}: {said}")
    return done.stdout
