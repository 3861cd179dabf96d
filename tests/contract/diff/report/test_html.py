"""The report as a page: what documents say is text on it, and nothing else."""

from dataclasses import replace
from html.parser import HTMLParser

from scripts.contract.diff import report
from scripts.contract.diff.impact.affected import Affected
from scripts.contract.diff.review import Review
from tests.contract.diff.documents import document, operation
from tests.contract.diff.report.reviews import hostile, saying
from tests.contract.diff.reviewing import compared

MARKUP = "<b>bold</b> & \"double\" 'single'"
_FINDING = {"class", "tabindex", "data-both", "data-wire", "data-sdk", "data-operations"}


class Article(HTMLParser):
    """The findings of a page: their tags, their attributes and their text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.findings: list[dict[str, str | None]] = []
        self.headings: list[str] = []
        self._in_heading = False
        self.feed(page[page.index("<main>") : page.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "article":
            self.findings.append(dict(attrs))
        if tag == "h4":
            self._in_heading = True
            self.headings.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_heading = self._in_heading and tag != "h4"

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings[-1] += data


def page_of(message: str, operations: list[str]) -> Article:
    """Give the page of one finding with this message and these operations."""
    given = compared(operation(), operation(deprecated=True))
    finding = replace(
        given.findings[0].finding, message=message, operations=operations, after=MARKUP
    )
    reviewed = replace(given.findings[0], finding=finding, accepted=MARKUP)
    return Article(report.render(replace(given, findings=(reviewed,)), "html"))


def test_a_message_is_shown_as_it_is() -> None:
    page = page_of(MARKUP, ["GET /pets"])
    assert page.headings == [f"safe {MARKUP}"]
    assert "b" not in page.tags


def test_quotes_in_an_operation_do_not_end_its_attribute() -> None:
    (finding,) = page_of("message", [f"GET /{MARKUP}", "GET /pets"]).findings
    assert finding["data-operations"] == f"GET /{MARKUP}\nGET /pets"
    assert finding.keys() == _FINDING


def test_every_place_of_a_review_that_holds_text_is_escaped() -> None:
    given = compared(operation(), operation(deprecated=True))
    (finding,) = given.findings
    changed = replace(
        finding,
        finding=replace(
            finding.finding, message=MARKUP, operations=[MARKUP], before=[MARKUP], after=[]
        ),
        accepted=MARKUP,
        affected=(Affected(MARKUP, False),),
    )
    whole = Review(
        MARKUP,
        MARKUP,
        (changed,),
        proposals=({"description": MARKUP},),
        stale=(MARKUP,),
        next_version=MARKUP,
    )
    written = report.render(whole, "html")
    assert "<b>" not in written
    assert '"double"' not in written
    assert "'single'" not in written


@hostile
def test_a_document_adds_no_element_and_no_attribute(text: str) -> None:
    page = Article(report.render(saying(text), "html"))
    allowed = {"main", "section", "article", "div", "details", "summary", "p", "pre", "ul", "li"}
    assert set(page.tags) <= allowed | {"h2", "h3", "h4", "h5", "span", "strong", "code"}
    assert all(finding.keys() == _FINDING for finding in page.findings)


def test_breaking_findings_come_first_whatever_operation_they_are_of() -> None:
    old = document({"/a": {"get": {"operationId": "a"}}, "/b": {"get": {"operationId": "b"}}})
    new = document({"/a": {"get": {"operationId": "a", "deprecated": True}}})
    page = Article(report.render(compared(old, new), "html"))
    assert page.headings == ["breaking GET /b is gone", "safe GET /a is deprecated"]
