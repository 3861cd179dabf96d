"""Compare two contracts, and judge the findings; each stage is a function from review to review."""

from collections.abc import Iterable
from datetime import date

from scripts.diff import accepted
from scripts.diff.compare import compare
from scripts.diff.load import Contract
from scripts.diff.policies.apply import apply, without_paths
from scripts.diff.policies.read import NO_POLICY, Policy
from scripts.diff.results import Review
from scripts.diff.reviewed import ReviewedFinding
from scripts.diff.rules import SDK
from scripts.diff.unaffected import unaffected


def compare_contracts(
    old: Contract, new: Contract, lens: str = "both", policy: Policy = NO_POLICY
) -> Review:
    """Compare two contracts and locate each finding in both documents."""
    before, after, notes = without_paths(policy, old.document, new.document)
    comparison = compare(before, after, old.fetch, new.fetch, (old.name, new.name))
    kept = [each for each in comparison.findings if lens != "sdk" or each.sdk != "none"]
    in_old = old.locator(each.places[0].old for each in kept)
    in_new = new.locator(each.places[0].new for each in kept)
    if lens == "sdk":
        kept.sort(key=lambda each: -SDK.index(each.sdk))
    located = (
        ReviewedFinding(each, in_old(each.places[0].old), in_new(each.places[0].new))
        for each in kept
    )
    places = {side for each in comparison.findings for spot in each.places for side in spot}
    return Review(
        old.name,
        new.name,
        tuple(located),
        tuple(comparison.problems),
        lens,
        paths=(old.path, new.path),
        documents=(old.document, new.document),
        policy=policy,
        notes=tuple(notes),
        unaffected=tuple(unaffected(before, after, places)),
    )


def review(compared: Review, entries: Iterable[accepted.AcceptedFinding], today: date) -> Review:
    """Add to a comparison: the accepted entries, and the policies."""
    return apply(accepted.apply(compared, entries, today), today)
