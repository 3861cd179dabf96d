"""The report as an overlay: only the proposed actions, to be read and put into ours."""

from scripts.contract.diff.report.words import proposed
from scripts.contract.diff.review import Review


def render(review: Review) -> str:
    """Write the proposed actions of a review; nothing when there are none."""
    return proposed(review)
