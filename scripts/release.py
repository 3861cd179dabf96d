"""Prepare a release: move changes/ to CHANGELOG.md, and set the version that follows from them.

The version follows from what changed since the last release, the newest tag `vX.Y.Z` below this
commit: the contract, the public surface, and the entries in changes/. An entry must name each
public name that changed.
"""

import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from scripts.console import FINDING, NOTHING, command, run
from scripts.contract.impact.verdict import next_version, stated_version
from scripts.errors import CannotRunError
from scripts.programs import run_tool

VERSION, CHANGELOG = Path("facade/version.py"), Path("CHANGELOG.md")
PROJECT = Path("pyproject.toml")
SURFACE, ENTRIES = Path("tests/public_surface.txt"), Path("changes")
CONTRACT = "openapi/associations.json"
_STEPS = ("", "patch", "minor", "feature", "major")
_NAME = re.compile(r"( *)(?:class |module )?([\w.]+)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, and then write the version and the changelog; or only check; or print notes."""
    epilog = "Exit code: 0 done, 1 an entry is missing, 2 could not run."
    parser = command("release", __doc__, epilog)
    parser.add_argument("--check", action="store_true", help="check only, write nothing")
    parser.add_argument("--since", metavar="REV", help="compare with this (default: last release)")
    parser.add_argument("--notes", metavar="TAG", help="print the notes of this tag's release")
    options = parser.parse_args(arguments)
    version = stated_version(VERSION.read_text("utf-8"))
    if version is None:
        raise CannotRunError(f"{VERSION} states no version X.Y.Z")
    if not options.check and not _repository():
        raise CannotRunError(f"{PROJECT} names no repository, to which the package would link")
    if options.notes:
        print(notes(CHANGELOG.read_text("utf-8"), options.notes, version))
        return NOTHING
    since = options.since or _last_release()
    entries = {each.name: each.read_text("utf-8") for each in sorted(ENTRIES.glob("+*.md"))}
    old = names_of(run_tool("git", "show", f"{since}:{SURFACE}")) if since else {}
    new = names_of(SURFACE.read_text("utf-8"))
    missing = unannounced(old, new, entries) if since else []
    if missing:
        print(*missing, sep="\n")
        return FINDING
    if options.check:
        print(f"changes/ names every public name that changed since {since or 'the beginning'}")
        return NOTHING
    if not entries:
        raise CannotRunError(f"{ENTRIES} has no entry: there is nothing to release")
    if run_tool("git", "status", "--porcelain"):
        raise CannotRunError("something is not committed: commit it first")
    if since:
        steps = (step_of(old, new, entries), _step_of_contract(since))
        version = next_version(version, max(steps, key=_STEPS.index))
        source = VERSION.read_text("utf-8")
        VERSION.write_text(re.sub(r'(?m)^(__version__ = ").*(")$', rf"\g<1>{version}\2", source))
    build = ("build", "--yes", "--version", str(version), "--date", f"{date.today()}")
    run_tool(sys.executable, "-m", "towncrier", *build)
    run_tool(sys.executable, "-m", "scripts.docs")  # its start page states the version
    print(f"{version} is prepared, since {since or 'the beginning'}; next:")
    print(f"  git diff HEAD, then git commit --all --message 'Release {version}', and merge it")
    print(f"  git tag v{version} on that commit of main, then git push origin v{version}")
    return NOTHING


Surface = Mapping[str, set[str]]
"""By name, such as `facade.Page.items`: its lines in the public surface."""


def names_of(surface: str) -> Surface:
    """Read a public surface; a class is its `__init__`, too."""
    found: dict[str, set[str]] = {}
    path: list[str] = []
    for line in surface.splitlines():
        if (matched := _NAME.match(line)) is None:
            raise CannotRunError(f"{SURFACE}: no name in {line!r}")
        path[len(matched[1]) // 2 :] = [matched[2]] if matched[2] != "__init__" else []
        found.setdefault(".".join(path), set()).add(line)
    return found


def unannounced(old: Surface, new: Surface, entries: Mapping[str, str]) -> list[str]:
    """Return the changed public names that no entry names, or that are gone without a break."""
    breaking = "\n".join(text for name, text in entries.items() if ".breaking." in name)
    every = "\n".join(entries.values())
    lines = []
    for name in sorted(old.keys() | new.keys()):
        holder, _, last = name.rpartition(".")
        if old.get(name) == new.get(name) or (holder in old) != (holder in new):
            continue  # the same, or told by what holds it
        what = "is gone" if name not in new else "changed" if name in old else "is new"
        kind = "breaking" if name not in new else "TYPE"
        if not re.search(rf"\b{last}\b", breaking if kind == "breaking" else every):
            lines.append(f"{name} {what}: name `{last}` in changes/+ANY-NAME.{kind}.md")
    return lines


def step_of(old: Surface, new: Surface, entries: Mapping[str, str]) -> str:
    """Return the step of the version that the surface and the entries ask for."""
    kinds = {name.split(".")[-2] for name in entries}
    if old.keys() - new.keys() or "breaking" in kinds:
        return "major"
    return "feature" if new.keys() - old.keys() or "added" in kinds else "patch"


def notes(changelog: str, tag: str, version: str) -> str:
    """Return the section of a release, which must be that of the stated version."""
    if tag != f"v{version}":
        raise CannotRunError(f"the tag is {tag}, and {VERSION} states {version}")
    _, _, section = changelog.partition(f"\n## {version} ")
    if not section:
        raise CannotRunError(f"{CHANGELOG} has no section of {version}: run make release")
    return section.partition("\n## ")[0].partition("\n")[2].strip()


def _step_of_contract(since: str) -> str:
    from scripts.contract.review import completed
    from scripts.diff import accepted
    from scripts.diff.load import load
    from scripts.diff.review import compare_contracts, review

    compared = compare_contracts(load(f"{since}:{CONTRACT}"), load(CONTRACT))
    judged = review(compared, accepted.read(accepted.FILE), date.today())
    return completed(judged).verdict.step


def _repository() -> str:
    hooks = tomllib.loads(PROJECT.read_text("utf-8"))["tool"]["hatch"]["metadata"]["hooks"]
    return str(hooks["custom"]["repository"])


def _last_release() -> str | None:
    listed = "--merged", "HEAD", "--list", "v[0-9]*", "--sort=-version:refname"
    return next(iter(run_tool("git", "tag", *listed).split()), None)


if __name__ == "__main__":
    run(main)
