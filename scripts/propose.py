"""Keep one pull request with what an update did, or one issue while a person must decide.

It applies the update's patch and runs nothing of it, because it may write to the repository.
"""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from scripts.console import NOTHING, command, run
from scripts.errors import CannotRunError
from scripts.github import EPILOG, KINDS, LONGEST, close, keep
from scripts.programs import run_tool

_git = partial(run_tool, "git")
LABEL, BRANCH = "highlevel", "highlevel/update"
PROPOSED = ("openapi/", "generated_client/", "facade/", "changes/", "README.md")
BOT = ("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
_REPORTS = {"drift.md": "What HighLevel did", "report.md": "What it means here"}
_ABOUT = "HighLevel has changed its documents"
_CHECKS = """## How its checks start

A pull request that a workflow's own token made starts no checks by itself: press "Approve workflows
to run" if GitHub offers it here, or else close this pull request and open it again.

The next run replaces the branch as long as nobody else has committed to it.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = command("propose", __doc__, EPILOG)
    files = "outcome.json, drift.md, report.md and changes.patch of an update"
    parser.add_argument("folder", type=Path, help=files)
    folder: Path = parser.parse_args(arguments).folder
    outcome: dict[str, Any] = json.loads((folder / "outcome.json").read_text("utf-8"))
    ending, title = outcome["ending"], outcome["title"]
    reports = [folder / name for name in _REPORTS]
    if ending in ("done", "look"):
        title = f"Adopt HighLevel's changes: {title}"
        print(_push(folder / "changes.patch", title))
        print(keep("pr", LABEL, title, body(outcome, reports, _CHECKS), _ABOUT, branch=BRANCH))
        print(close("issue", LABEL, "The changes are a pull request now."))
    elif ending == "nothing":
        for kind in KINDS:
            print(close(kind, LABEL, "HighLevel's documents equal the captured ones."))
    else:
        title = f"HighLevel's changes are not adopted: {title}"
        print(keep("issue", LABEL, title, body(outcome, reports[:1], ""), _ABOUT))
    return NOTHING


def body(outcome: dict[str, Any], reports: Sequence[Path], end: str) -> str:
    """Return the body: how the update ended, what a person must decide, then the reports."""
    parts = [f"`make update` ended **{outcome['ending']}**."]
    if outcome["lines"]:
        heading = "What changed" if outcome["ending"] == "done" else "To decide or to review"
        parts.append(f"## {heading}\n\n{_code(outcome['lines'])}")
    if outcome["next"] and not end:
        parts.append(f"## Next\n\n{_code(outcome['next'])}")
    for each in reports:
        text = each.read_text("utf-8").strip() if each.exists() else ""
        parts += [f"# {_REPORTS[each.name]}\n\n{text}"] if text else []
    whole = "\n\n".join(parts)
    if len(whole) > LONGEST:
        whole = f"{whole[:LONGEST]}\n\nThe report is truncated: `make drift` prints all of it."
    return f"{whole}\n\n{end}"


def _code(lines: Sequence[str]) -> str:
    return "\n".join(f"    {line}" for line in lines)


def _push(patch: Path, message: str) -> str:
    """Commit the patch to the branch and push it, unless somebody else has worked there."""
    listed = _git("apply", "--numstat", "-z", str(patch)).split("\0")
    names = [each.split("\t")[-1] for each in listed if each]
    if others := [name for name in names if not name.startswith(PROPOSED)]:
        raise CannotRunError(f"{patch.name} changes what no update does: {', '.join(others)}")
    _git("switch", "--quiet", "--force-create", BRANCH)
    _git("apply", "--index", "--whitespace=nowarn", str(patch))
    name, email = BOT
    identity = ("-c", f"user.name={name}", "-c", f"user.email={email}")
    _git(*identity, "commit", "--quiet", "--message", message)
    there, _, _ = _git("ls-remote", "origin", f"refs/heads/{BRANCH}").partition("\t")
    if there:
        _git("fetch", "--quiet", "--depth=1", "origin", there)
        if _git("log", "-1", "--format=%ce", there).strip() != email:
            return f"{BRANCH} has commits of somebody else, and is left as it is"
        if not _git("diff", "--name-only", there, "HEAD"):
            return f"{BRANCH} is up to date"
    _git("push", "--quiet", f"--force-with-lease={BRANCH}:{there}", "origin", BRANCH)
    return f"pushed {BRANCH}"


if __name__ == "__main__":
    run(main)
