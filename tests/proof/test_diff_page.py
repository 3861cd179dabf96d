"""The HTML report of a contract diff in a browser: filters, keys, sizes, no foreign scripts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.diff import main
from tests.contract.diff.documents import Json, document
from tests.proof.browser import Page, chromium

pytestmark = pytest.mark.proof

EVIL = "<img src=x onerror=\"console.log('run')\"><script>alert('run')</script>"
LONG = "a-very-long-name-without-any-place-to-break-it-" * 8
SIZES = [(360, 780), (1280, 900)]


def get(name: str, **more: Any) -> Json:
    """Return an operation."""
    return {"get": {"operationId": name, "tags": [EVIL], **more}}


def query(schema: Json, name: str = "sort") -> Json:
    """Return the fields of an operation with a query parameter."""
    return {"parameters": [{"name": name, "in": "query", "schema": schema}]}


OLD = document(
    {
        "/pets": get("pets", **query({"enum": ["a", "b"]})),
        "/cats": get("cats"),
        "/dogs": get("dogs", **query({"type": "string"})),
        f"/{LONG}": get("long"),
    },
)
NEW = document(
    {
        "/pets": get("pets", description=EVIL, **query({"enum": ["a", EVIL, LONG]})),
        "/cats": get("lions"),
        "/dogs": get("dogs", deprecated=True, **query({"type": "string", "default": EVIL})),
        f"/{LONG}": get("long", **query({"type": "string"}, EVIL)),
    },
    tags=[{"name": EVIL}],
)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    for name, each in (("old.json", OLD), ("new.json", NEW)):
        (folder / name).write_text(json.dumps(each))
    names = [str(folder / name) for name in ("old.json", "new.json")]
    assert main([*names, "--format", "html", "--output", str(folder / "page.html")]) == 1
    return folder / "page.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.fixture
def page(browser: Page, report: Path) -> Page:
    browser.console.clear()
    browser.open(report, 1280, 900)
    return browser


def rules(page: Page) -> list[str]:
    """List the rules of the visible findings."""
    shown = "[...document.querySelectorAll('.finding')].filter((e) => e.checkVisibility())"
    found: list[str] = page.run(f"{shown}.map((e) => e.querySelector('.meta code').textContent)")
    return sorted(found)


def choose(page: Page, name: str, value: str) -> None:
    """Select a value in a filter."""
    field = f"document.getElementById('{name}')"
    page.run(
        f"{field}.value = {json.dumps(value)};"
        f"{field}.dispatchEvent(new Event('input', {{bubbles: true}}))"
    )


ALL = [
    "default-added",
    "enum-values-replaced",
    "operation-deprecated",
    "operation-id-renamed",
    "parameter-added-optional",
    "tag-added",
]


def test_every_finding_is_shown_at_first(page: Page) -> None:
    assert rules(page) == ALL
    assert page.run("document.getElementById('shown').value") == "6 of 6 findings"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"severity": "2"}, ["enum-values-replaced", "operation-id-renamed"]),
        ({"severity": "2", "lens": "wire"}, ["enum-values-replaced"]),
        ({"severity": "1", "lens": "wire"}, ["default-added", "enum-values-replaced"]),
        ({"operation": "GET /cats"}, ["operation-id-renamed"]),
        ({"text": "DEPRECATED"}, ["operation-deprecated"]),
        ({"text": "deprecated", "operation": "GET /cats"}, []),
    ],
)
def test_filters_work_without_a_server(
    page: Page, filters: dict[str, str], expected: list[str]
) -> None:
    for name, value in filters.items():
        choose(page, name, value)
    assert rules(page) == expected
    page.run("document.querySelector('button[type=reset]').click()")
    page.press("Escape")
    assert rules(page) == ALL


def test_the_keyboard_operates_the_page(page: Page) -> None:
    page.press("Tab")
    assert page.run("document.activeElement.id") == "lens"
    page.press("ArrowDown")
    assert page.run("document.getElementById('lens').value") == "wire"
    page.press("Escape")
    page.run("document.activeElement.blur()")
    page.press("j")
    first = page.run("document.activeElement.textContent")
    page.press("j")
    assert page.run("document.activeElement.textContent") != first
    page.press("k")
    assert page.run("document.activeElement.textContent") == first
    page.press("/", *"tag")
    assert page.run("document.getElementById('text').value") == "tag"
    assert rules(page) == ["tag-added"]
    page.press("Escape")
    assert rules(page) == ALL


def test_no_script_of_the_documents_runs_and_nothing_is_loaded(page: Page) -> None:
    assert page.run("document.querySelectorAll('img, iframe, link, main script').length") == 0
    assert page.run("performance.getEntriesByType('resource').length") == 0
    assert page.console == []
    # The page's policy blocks even an injected script.
    page.run(
        "document.body.append(Object.assign(document.createElement('script'), "
        "{textContent: 'window.ran = true'}))"
    )
    assert page.run("window.ran") is None


@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_clipped_and_nothing_overlaps(
    page: Page, report: Path, size: tuple[int, int], tmp_path: Path
) -> None:
    page.open(report, *size, phone=size[0] < 500)
    assert page.run("document.documentElement.scrollWidth") <= size[0]
    wide = "[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() &&"
    beyond = f"{wide} e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML)"
    assert page.run(beyond) == []
    boxes = (
        "[...document.querySelectorAll('#filters > *, header > *, .finding')]"
        ".filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect())"
    )
    overlap = (
        f"(() => {{ const b = {boxes}; let n = 0; for (let i = 0; i < b.length; i++)"
        "for (let j = i + 1; j < b.length; j++) if (b[i].left < b[j].right - 1 && b[j].left < "
        "b[i].right - 1 && b[i].top < b[j].bottom - 1 && b[j].top < b[i].bottom - 1) n++; "
        "return n; })()"
    )
    assert page.run(overlap) == 0
    assert page.screenshot().startswith(b"\x89PNG")


def test_no_word_of_the_counts_wraps_on_a_phone(page: Page, report: Path) -> None:
    page.open(report, 390, 844, phone=True)
    page.run("document.querySelectorAll('td strong').forEach((e) => { e.textContent = '120'; })")
    broken = (
        "[...document.querySelectorAll('table td, table th')].flatMap((cell) => "
        "[...cell.childNodes].map((each) => each.nodeType === 3 ? each : each.firstChild))"
        ".filter((text) => { const range = document.createRange(); const all = text.data;"
        "const start = all.search(/\\S/); range.setStart(text, start);"
        "range.setEnd(text, start + all.slice(start).search(/\\s|$/));"
        "return range.getClientRects().length !== 1; }).map((text) => text.data)"
    )
    assert page.run(broken) == []
    assert page.run("document.documentElement.scrollWidth") <= 390


def test_light_and_dark_colours_have_contrast(page: Page) -> None:
    colours = (
        "['color', 'backgroundColor'].map((name) => getComputedStyle(document.body)[name]"
        ".match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"
    )
    page.dark(False)
    ink, paper = page.run(colours)
    assert paper - ink > 400
    page.dark(True)
    ink, paper = page.run(colours)
    assert ink - paper > 400
    page.dark(False)
