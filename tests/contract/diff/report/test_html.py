"""The report as a page: text of documents stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from scripts.contract.diff import report
from scripts.contract.diff.review import Review
from scripts.contract.diff.reviewed import Affected
from tests.contract.diff.documents import document, operation
from tests.contract.diff.report.reviews import complete, hostile, saying
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
    """Return the page of one finding with this message and these operations."""
    given = compared(operation(), operation(deprecated=True))
    finding = replace(
        given.findings[0].finding, message=message, operations=operations, after=MARKUP
    )
    reviewed = replace(given.findings[0], finding=finding, accepted=MARKUP)
    return Article(report.render(replace(given, findings=(reviewed,)), "html"))


def test_a_message_is_shown_unchanged() -> None:
    page = page_of(MARKUP, ["GET /pets"])
    assert page.headings == [f"safe {MARKUP}"]
    assert "b" not in page.tags


def test_quotes_in_an_operation_do_not_end_its_attribute() -> None:
    (finding,) = page_of("message", [f"GET /{MARKUP}", "GET /pets"]).findings
    assert finding["data-operations"] == f"GET /{MARKUP}\nGET /pets"
    assert finding.keys() == _FINDING


def test_every_text_of_a_review_is_escaped() -> None:
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


def test_a_finding_is_shown_with_both_sides_and_what_it_affects() -> None:
    assert (
        "<p class=where>GET /pets/{id}: operationId</p>"
        '<div class="change"><div><h5>Before</h5><pre class="gone">a</pre>'
        "<p class=where>line 10, column 9</p></div>"
        '<div><h5>After</h5><pre class="come">b</pre>'
        "<p class=where>line 10, column 9</p></div></div>"
        "<ul><li>facade, shielded: pets.get</li><li>app: app.py:3 uses pets.get (likely)</li>"
        "<li>policy: severity changed</li></ul><p>Accepted: unused</p>"
        '<p class="meta">fingerprint <code>648241443883937c</code></p>'
    ) in report.render(complete(), "html")


def side_of(before: object, after: object) -> str:
    """Return the HTML of one side."""
    given = compared(operation(), operation(deprecated=True))
    finding = replace(given.findings[0].finding, before=before, after=after)
    page = report.render(
        replace(given, findings=(replace(given.findings[0], finding=finding),)), "html"
    )
    return page.partition("<h5>Before</h5>")[2].partition("<p class=where>line")[0]


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        (None, 1, '<pre class="gone">\u2013</pre>'),
        (["a", "b"], ["b"], '<ul class="gone"><li>a</li></ul><p class=where>1 unchanged</p>'),
        (["a"], ["a", "b"], '<pre class="gone">\u2013</pre><p class=where>1 unchanged</p>'),
        (["a", "b"], ["b", "a"], '<ul class="gone"><li>a</li><li>b</li></ul>'),
        ([], ["a"], '<pre class="gone">\u2013</pre>'),
    ],
)
def test_a_side_of_two_lists_shows_what_the_other_lacks(
    before: object, after: object, shown: str
) -> None:
    assert side_of(before, after) == shown


@pytest.mark.parametrize(("count", "rest"), [(400, ""), (401, "and 1 more")])
def test_up_to_four_hundred_items_are_shown(count: int, rest: str) -> None:
    names = [f"GET /{number}" for number in range(count)]
    shown = side_of(names, [])
    assert shown.count("<li>") == 400
    assert shown.endswith(f"<p class=where>{rest}</p>" if rest else "</ul>")
    page = page_of("message", names)
    assert page.tags.count("li") == 400 + bool(rest)
    assert [page_of("message", names[:one]).tags.count("li") for one in (1, 2)] == [0, 2]


def test_findings_are_grouped_by_their_only_operation_by_several_or_by_none() -> None:
    given = compared(operation(), operation(deprecated=True))
    findings = tuple(
        replace(given.findings[0], finding=replace(given.findings[0].finding, operations=names))
        for names in ([], ["GET /b"], ["GET /a", "GET /b"], ["GET /a"])
    )
    page = report.render(replace(given, findings=findings), "html")
    assert re.findall("<h3>(.*?)</h3>", page) == [
        "Several operations",
        "GET /b",
        "GET /a",
        "The document",
    ]
    assert re.findall("<option>(.*?)</option>", page) == ["GET /a", "GET /b"]
    assert "<strong>Safe</strong> (4)" in page


def test_breaking_findings_come_first_whatever_their_operation() -> None:
    old = document({"/a": {"get": {"operationId": "a"}}, "/b": {"get": {"operationId": "b"}}})
    new = document({"/a": {"get": {"operationId": "a", "deprecated": True}}})
    page = Article(report.render(compared(old, new), "html"))
    assert page.headings == ["breaking GET /b is gone", "safe GET /a is deprecated"]
