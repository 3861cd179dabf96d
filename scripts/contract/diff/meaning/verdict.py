"""The last line of a review: what a person has to do, and what our next version is."""

import re
from pathlib import Path
from typing import Any

from scripts.contract.diff.meaning.apps import Use, read_apps
from scripts.contract.diff.meaning.facade import read_facade
from scripts.contract.diff.meaning.touched import Reach
from scripts.contract.diff.review import Judged, Review, severity

_VERSION = re.compile(r'(?m)^__version__ = "(\d+)\.(\d+)\.(\d+)')
_MOST = 6  # places that the verdict names


def explain(review: Review, root: Path, contract: dict[str, Any], apps: list[Path]) -> None:
    """Say of each finding what it touches, and decide for all of them."""
    facade = read_facade(root / "facade")
    reach = Reach(facade, contract)
    reach.follow(judged.finding for judged in review.findings)
    uses = read_apps(apps, facade)
    for judged in review.findings:
        judged.facade = reach.touched(judged.finding)
        noticed = {each.name for each in judged.facade if not each.shielded}
        judged.apps = [use for use in uses if use.uses in noticed]
    review.verdict, step = _decide(review)
    stated = root / "facade" / "version.py"
    if step and stated.exists():
        review.next_version = next_version(stated.read_text("utf-8"), step)


def _decide(review: Review) -> tuple[str, str]:
    """Give the verdict and the step of the version: major, minor, or none."""
    moved = [each for each in review.open if _matters(each)]
    broken = [each for each in moved if severity(each.finding, review.lens) == "breaking"]
    uses = [use for each in broken for use in each.apps]
    if uses:
        return f"apps break ({_named(_place(use) for use in uses)})", "major"
    touched = [each for judged in broken for each in judged.facade if not each.shielded]
    if touched:
        # Where a method is concerned, its file says it; the finding itself names the method.
        return f"facade must change ({_named(each.file or each.name for each in touched)})", "major"
    if any(each.finding.sdk != "none" for each in moved) and any(e.facade for e in moved):
        first = "put the proposed actions into the overlay, then " if review.proposals else ""
        return f"{first}regenerate", "minor"
    if moved and review.proposals:
        return "put the proposed actions into the overlay, then regenerate", ""
    if moved and not any(each.facade for each in moved):
        return "nothing to do: the facade calls none of the operations concerned", ""
    return ("regenerate", "minor") if moved else ("nothing to do", "")


def _matters(judged: Judged) -> bool:
    return judged.finding.wire != "safe" or judged.finding.sdk != "none"


def _place(use: Use) -> str:
    return f"{use.file}:{use.line}"


def _named(names: Any) -> str:
    once = list(dict.fromkeys(names))
    more = f", and {len(once) - _MOST} more" if len(once) > _MOST else ""
    return ", ".join(once[:_MOST]) + more


def next_version(stated: str, step: str) -> str | None:
    """Give the version after this one by SemVer; before 1.0 a break is a minor step."""
    found = _VERSION.search(stated)
    if found is None:
        return None
    major, minor, patch = map(int, found.groups())
    if major == 0:
        return f"0.{minor + 1}.0" if step == "major" else f"0.{minor}.{patch + 1}"
    return f"{major + 1}.0.0" if step == "major" else f"{major}.{minor + 1}.0"
