"""Whether HighLevel's documents differ from the captured ones, and the kind of difference."""

from dataclasses import dataclass, replace
from datetime import date

from scripts.contract.generate import Layout
from scripts.contract.recapture import recapture, review_recapture
from scripts.contract.review import ContractReview
from scripts.diff.report import render
from scripts.errors import MissingDocumentError

GONE, CHANGED, MENDED, NOTHING = "gone", "changed", "mended", ""


@dataclass(frozen=True)
class Drift:
    """The drift of one Version: a review, or the reason why its document is missing."""

    version: str
    review: ContractReview | None = None
    gone: str = ""

    @property
    def kind(self) -> str:
        """The kind of drift; empty without drift."""
        if self.review is None:
            return GONE
        overlay = self.review.overlay
        states = [each.state for each in overlay.unsettled] if overlay else []
        if not self.review.findings and not states:
            return NOTHING
        hidden = {each.fingerprint for each in overlay.hides} if overlay else set()
        shown = {each.finding.fingerprint for each in self.review.findings} - hidden
        is_mended = "mended" in states and not shown and not (overlay and overlay.causes)
        return MENDED if is_mended else CHANGED

    def report(self, form: str) -> str:
        """Write it in an output format; empty in Markdown without drift."""
        if self.review is not None:
            return render(self.review if self.kind else replace(self.review, overlay=None), form)
        advice = f"find its new place, then run: make capture VERSION={self.version} FROM=..."
        if form == "markdown":
            return (
                f"## The document of {self.version} is gone\n\n    {self.gone}\n\nTo do: {advice}\n"
            )
        if form == "github":
            return f"::error title=gone::{self.gone}; {advice}\n"
        return f"the document of {self.version} is gone: {self.gone}\n{advice}\n"


def find_drift(layout: Layout, version: str, start: str | None, today: date) -> Drift:
    """Capture the document of a Version in memory, and compare it."""
    try:
        captured = recapture(layout, version, start)
    except MissingDocumentError as error:
        return Drift(version, gone=str(error))
    return Drift(version, review_recapture(layout, version, captured, today))
