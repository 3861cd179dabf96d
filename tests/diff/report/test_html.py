"""The report as a page: text of documents stays text."""

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

from scripts.diff import report
from scripts.diff.results import Review
from tests.diff.documents import S, document
from tests.diff.report import reviews
from tests.diff.report.reviews import DEPRECATED, MIXED, changed, hostile, saying
from tests.diff.reviewing import compared

MARKUP = "<b>bold</b> & \"double\" 'single'"
FINDING = {"class", "tabindex", "data-both", "data-wire", "data-sdk", "data-operations"}


class Page(HTMLParser):
    """The tags of a page, the attributes of its findings, and their headings."""

    def __init__(self, review: Review) -> None:
        super().__init__()
        whole = report.render(review, "html")
        self.text = whole.replace("\n", "")
        self.tags: list[str] = []
        self.findings: list[dict[str, str | None]] = []
        self.headings = [
            unescape(re.sub("<.*?>", "", each)) for each in re.findall("<h4>(.*?)</h4>", self.text)
        ]
        self.feed(whole[whole.index("<main>") : whole.index("</main>")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "article":
            self.findings.append(dict(attrs))


def test_text_of_any_field_is_shown_unchanged() -> None:
    odd = {"message": MARKUP, "operations": [MARKUP, "b"], "before": [MARKUP], "after": MARKUP}
    (finding,) = changed(odd).findings
    finding = replace(finding, accepted=MARKUP, policy=MARKUP)
    whole = Review(MARKUP, MARKUP, (finding,), stale=(MARKUP,), next_version=MARKUP)
    page = Page(replace(whole, proposals=({"description": MARKUP},)))
    assert not any(each in page.text for each in ("<b>", '"double"', "'single'"))
    assert page.headings == [f"safe {MARKUP}"]
    assert page.findings[0]["data-operations"] == f"{MARKUP}\nb"


@hostile
def test_a_document_adds_no_element_and_no_attribute(text: str) -> None:
    page = Page(saying(text))
    allowed = "main section article div details summary p pre ul li h2 h3 h4 h5 span strong code"
    assert set(page.tags) <= set(allowed.split())
    assert all(finding.keys() == FINDING for finding in page.findings)


def test_a_finding_is_shown_with_both_sides_and_what_it_affects() -> None:
    page = Page(reviews.complete()).text
    assert (
        "<p class=where>GET /pets/{id}: operationId</p>"
        '<div class="change"><div><h5>Before</h5><pre class="gone">a</pre>'
        "<p class=where>line 10, column 9</p></div>"
        '<div><h5>After</h5><pre class="come">b</pre>'
        "<p class=where>line 10, column 9</p></div></div>"
        "<ul><li>facade, shielded: pets.get</li><li>app: app.py:3 uses pets.get (likely)</li>"
        "<li>policy: severity changed</li></ul><p>Accepted: unused</p>"
        '<p class="meta">fingerprint <code>648241443883937c</code></p>'
    ) in page
    assert "Proposed overlay" in page
    assert "Proposed overlay" not in Page(DEPRECATED).text


def test_what_is_gone_has_its_old_places_and_what_is_new_its_new_ones() -> None:
    listing = {"get": {"parameters": [{"name": "q", "in": "query", "schema": S}]}}
    there = document({"/a": listing, "/b": listing})
    gone = document({"/a": {"get": {}}, "/b": {"get": {}}})
    for review in (compared(there, gone), compared(gone, there)):
        places = "".join(f"<li>GET /{name}: parameters[0]</li>" for name in "ab")
        assert f"<summary>2 places</summary><ul>{places}</ul>" in Page(review).text


def side_of(before: object, after: object) -> str:
    page = Page(changed({"before": before, "after": after})).text
    return page.partition("<h5>Before</h5>")[2].partition("<p class=where>line")[0]


def test_a_side_of_two_lists_shows_what_the_other_lacks() -> None:
    for before, after, shown in (
        (None, 1, '<pre class="gone">\u2013</pre>'),
        (["a", "b"], ["b"], '<ul class="gone"><li>a</li></ul><p class=where>1 unchanged</p>'),
        (["a"], ["a", "b"], '<pre class="gone">\u2013</pre><p class=where>1 unchanged</p>'),
        ([1], 1, '<pre class="gone">[1]</pre>'),
        (["a", "b"], ["b", "a"], '<ul class="gone"><li>a</li><li>b</li></ul>'),
    ):
        assert side_of(before, after) == shown


def test_several_operations_are_listed() -> None:
    for names, items in ((["GET /a", "GET /b"], 2), (["GET /a"], 0)):
        assert Page(changed({"operations": names})).tags.count("li") == items


def test_findings_are_grouped_by_their_only_operation_by_several_or_by_none() -> None:
    operations: list[list[str]] = [[], ["GET /b"], ["GET /a", "GET /b"], ["GET /a"]]
    page = Page(changed(*({"operations": each} for each in operations))).text
    groups = ["GET /b", "GET /a", "Several operations", "The document"]
    assert re.findall("<h3>(.*?)</h3>", page) == groups
    assert re.findall("<option>(.*?)</option>", page) == ["GET /a", "GET /b"]
    assert re.findall(r"<strong>(\w+)</strong> \((\d)\)", page) == [("Safe", "4")]
    assert Page(MIXED).headings == ["breaking GET /b is gone", "safe GET /a is deprecated"]
