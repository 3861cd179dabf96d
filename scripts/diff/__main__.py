"""Compare two contracts: what changed, and what it means for apps.

Without OLD and NEW, compare the documents of the project with those of the last commit.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.console import command, run
from scripts.diff.load import load, steps
from scripts.diff.reporting import (
    EXIT_CODES,
    JOINABLE,
    completed,
    policy_of,
    policy_options,
    report,
    review_options,
)
from scripts.diff.results import Review
from scripts.diff.review import compare_contracts
from scripts.errors import CannotRunError
from scripts.openapi.places import GitPlace

_DOCUMENTS = Path("openapi")  # unless the project names another folder


def main(arguments: Sequence[str] | None = None) -> int:
    """Load, compare, report."""
    project = _project()
    folder: Path = getattr(project, "DOCUMENTS", _DOCUMENTS)
    options = _parser(project, folder).parse_args(arguments)
    _refuse_contradictions(options)
    if options.old:
        return report([_reviewed(options.old, options.new, options, project)], options)
    if options.log:
        results = [
            _reviewed(each.old, each.new, options, project, each.when)
            for each in steps(options.log, folder)
        ]
        return report(results, options, f"nothing has changed in {options.log} in {folder}")
    since = options.since or "HEAD"
    here = {file.name for file in folder.glob("*.json")} - {"lock.json"}
    if not here:
        raise CannotRunError(f"there is no document in {folder}: name OLD and NEW")
    before = GitPlace(".", since, folder.as_posix()).names()
    gone = [each for each in before if each.endswith(".json") and each not in (*here, "lock.json")]
    for name in sorted([*here.difference(before), *gone]):
        state = "gone" if name in gone else "new"
        print(f"{folder / name} is {state} since {since}: it is not compared", file=sys.stderr)
    found = {
        file: _reviewed(f"{since}:{file.as_posix()}", str(file), options, project)
        for file in map(folder.joinpath, sorted(here.intersection(before)))
    }
    nothing = f"nothing has changed since {since} in {', '.join(map(str, found)) or folder}"
    return report([*found.values()], options, nothing)


def _project() -> Any:
    """Return the module that `[tool.contract-diff]` of pyproject.toml names; None without one.

    It has OPTIONS, DOCUMENTS, `prepared`, which is called before two contracts are compared, and
    `last_stage` of their review.
    """
    file = Path("pyproject.toml")
    if not file.is_file():
        return None
    import tomllib

    tool = tomllib.loads(file.read_text("utf-8")).get("tool", {})
    name = tool.get("contract-diff", {}).get("project")
    return import_module(name) if name else None


def _reviewed(
    old_name: str, new_name: str, options: argparse.Namespace, project: Any, when: str = ""
) -> Review:
    old, new = load(old_name), load(new_name)
    state = project.prepared(old, new, options) if project else None
    compared = compare_contracts(old, new, options.lens, policy_of(options))
    judged = completed(replace(compared, when=when), options)
    if project is None:
        return judged
    whole: Review = project.last_stage(judged, options, state)
    return whole


def _refuse_contradictions(options: argparse.Namespace) -> None:
    names = [each for each in (options.old, options.new) if each]
    if len(names) == 1:
        raise CannotRunError(
            "name OLD and NEW, or none to compare the last commit with the working tree"
        )
    for name in ("since", "log"):
        if getattr(options, name) and (names or (options.since and options.log)):
            raise CannotRunError(
                f"--{name} is for the documents of the project: leave out OLD and NEW, "
                "and choose --since or --log"
            )
    if options.format == "overlay":
        raise CannotRunError("--format overlay is for what proposes actions, and a diff does not")
    if not names and options.format not in JOINABLE:
        raise CannotRunError(
            f"--format {options.format} reports one comparison: name OLD and NEW, "
            f"or choose {', '.join(JOINABLE)}"
        )
    if not names and options.accept:
        raise CannotRunError("--accept applies to one comparison: name OLD and NEW")


def _parser(project: Any, folder: Path) -> argparse.ArgumentParser:
    more = project.OPTIONS if project else {}
    parents = review_options("breaking", more), policy_options()
    parser = command("diff", __doc__, EXIT_CODES, *parents)
    where = "a file, a URL, REV:PATH or REPO@REV:PATH in git"
    parser.add_argument("old", metavar="OLD", nargs="?", help=f"the contract before: {where}")
    parser.add_argument("new", metavar="NEW", nargs="?", help="the contract after")
    parser.add_argument(
        "--since", metavar="REV", help=f"compare {folder} with this commit (default: HEAD)"
    )
    parser.add_argument(
        "--log", metavar="REV..REV", help=f"report each change of {folder} in these commits"
    )
    return parser


if __name__ == "__main__":
    gc.disable()  # documents live until the end; collecting takes a third of the run
    run(main)
