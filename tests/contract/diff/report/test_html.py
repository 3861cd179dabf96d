"""The report as a page: text of documents stays text."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from scripts.contract.diff import report
from scripts.contract.diff.review import Review
from scripts.contract.diff.reviewed import Affected
from tests.contract.diff.report.reviews import (
    DEPRECATED,
    MIXED,
    changed,
    complete,
    hostile,
    saying,
)

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


def test_text_of_any_field_is_shown_unchanged() -> None:
    given = changed(
        {"message": MARKUP, "operations": [MARKUP, "b"], "before": [MARKUP], "after": MARKUP}
    )
    finding = replace(given.findings[0], accepted=MARKUP, affected=(Affected(MARKUP, False),))
    whole = Review(MARKUP, MARKUP, (finding,), stale=(MARKUP,), next_version=MARKUP)
    written = report.render(replace(whole, proposals=({"description": MARKUP},)), "html")
    assert not any(each in written for each in ("<b>", '"double"', "'single'"))
    page = Article(written)
    assert page.headings == [f"safe {MARKUP}"]
    assert page.findings[0]["data-operations"] == f"{MARKUP}\nb"
    assert page.findings[0].keys() == _FINDING


def test_only_a_review_with_proposals_shows_some() -> None:
    shown = ["Proposed overlay" in report.render(each, "html") for each in (DEPRECATED, complete())]
    assert shown == [False, True]


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
    page = report.render(changed({"before": before, "after": after}), "html")
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
    for operations, items in ((names, 400 + bool(rest)), (names[:2], 2), (names[:1], 0)):
        page = Article(report.render(changed({"operations": operations}), "html"))
        assert page.tags.count("li") == items


def test_findings_are_grouped_by_their_only_operation_by_several_or_by_none() -> None:
    operations: list[list[str]] = [[], ["GET /b"], ["GET /a", "GET /b"], ["GET /a"]]
    page = report.render(changed(*({"operations": each} for each in operations)), "html")
    groups = ["Several operations", "GET /b", "GET /a", "The document"]
    assert re.findall("<h3>(.*?)</h3>", page) == groups
    assert re.findall("<option>(.*?)</option>", page) == ["GET /a", "GET /b"]
    assert re.findall(r"<strong>(\w+)</strong> \((\d)\)", page) == [("Safe", "4")]


def test_breaking_findings_come_first_whatever_their_operation() -> None:
    page = Article(report.render(MIXED, "html"))
    assert page.headings == ["breaking GET /b is gone", "safe GET /a is deprecated"]
