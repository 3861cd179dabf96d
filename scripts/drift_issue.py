"""Keep one open issue of this repository about drift, with GitHub's gh.

It is opened when HighLevel's documents differ from the captured ones, updated with further
changes, and closed when they are equal again.
"""

import argparse
import json
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from scripts.console import NOTHING, run
from scripts.contract.drift import Drift, find_drift, title
from scripts.contract.errors import CannotRunError
from scripts.contract.generate import Layout
from scripts.drift import captured_versions

LABEL = "drift"
_LONGEST = 60_000  # characters; GitHub refuses 65,536
_TIMEOUT = 60.0  # seconds for one call of gh


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare, then open, update or close the issue."""
    _parser().parse_args(arguments)
    layout = Layout(Path())
    versions = captured_versions(layout)
    found = [find_drift(layout, version, None, date.today()) for version in versions]
    print(_publish(found, _open_issue()))
    return NOTHING


def _publish(found: Sequence[Drift], issue: dict[str, Any] | None) -> str:
    """Open, update or close the issue; return what was done."""
    name, body = title(found), _body(found)
    if not name:
        if issue is None:
            return "nothing has changed"
        why = "HighLevel's documents equal the captured ones again."
        _gh("issue", "close", str(issue["number"]), "--comment", why)
        return f"closed issue {issue['number']}"
    if issue is None:
        about = "HighLevel's documents differ from the captured ones"
        _gh("label", "create", LABEL, "--force", "--description", about)
        new = ("issue", "create", "--title", name, "--label", LABEL, "--body-file", "-")
        return f"opened {_gh(*new, text=body).strip()}"
    if (issue["title"], issue["body"].strip()) == (name, body.strip()):
        return f"issue {issue['number']} is up to date"
    _gh("issue", "edit", str(issue["number"]), "--title", name, "--body-file", "-", text=body)
    return f"edited issue {issue['number']}"


def _body(found: Sequence[Drift]) -> str:
    reports = [each.report("markdown") for each in found if each.kind]
    whole = "\n".join([*reports, "To adopt the changes: `make update`."])
    if len(whole) <= _LONGEST:
        return whole
    return f"{whole[:_LONGEST]}\n\nThe report is truncated: `make drift` prints all of it.\n"


def _open_issue() -> dict[str, Any] | None:
    fields = "number,title,body"
    found = _gh("issue", "list", "--label", LABEL, "--state", "open", "--json", fields)
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


def _parser() -> argparse.ArgumentParser:
    return argparse.ArgumentParser(
        prog="python -m scripts.drift_issue",
        description=__doc__,
        epilog="gh reads the repository and the token from GH_REPO and GH_TOKEN. "
        "Exit code: 0 the issue is up to date, 2 could not run.",
    )


if __name__ == "__main__":
    run(main)
