"""The HTML report of a contract diff in a browser: filters, keys, sizes, no foreign scripts."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.diff.__main__ import main
from tests.diff.documents import Json, document
from tests.proof.browser import Page, chromium

pytestmark = pytest.mark.proof

EVIL = "<img src=x onerror=\"console.log('run')\"><script>alert('run')</script>"
LONG = "a-very-long-name-without-any-place-to-break-it-" * 8


def contract(changes: dict[str, Json], **more: Any) -> Json:
    names = {"/pets": "pets", "/cats": "cats", "/dogs": "dogs", f"/{LONG}": "long"}
    paths = {
        path: {"get": {"operationId": name, "tags": [EVIL], **changes.get(name, {})}}
        for path, name in names.items()
    }
    return document(paths, **more)


def query(schema: Json, name: str = "sort") -> Json:
    return {"parameters": [{"name": name, "in": "query", "schema": schema}]}


OLD = contract({"pets": query({"enum": ["a", "b"]}), "dogs": query({"type": "string"})})
NEW = contract(
    {
        "pets": {"description": EVIL, **query({"enum": ["a", EVIL, LONG]})},
        "cats": {"operationId": "lions"},
        "dogs": {"deprecated": True, **query({"type": "string", "default": EVIL})},
        "long": query({"type": "string"}, EVIL),
    },
    tags=[{"name": EVIL}],
)
ALL = [
    "default-added",
    "enum-values-replaced",
    "operation-deprecated",
    "operation-id-renamed",
    "parameter-added-optional",
    "tag-added",
]


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
    shown = "[...document.querySelectorAll('.finding')].filter((e) => e.checkVisibility())"
    found: list[str] = page.run(f"{shown}.map((e) => e.querySelector('.meta code').textContent)")
    return sorted(found)


def choose(page: Page, name: str, value: str) -> None:
    field = f"document.getElementById('{name}')"
    page.run(
        f"{field}.value = {json.dumps(value)};"
        f"{field}.dispatchEvent(new Event('input', {{bubbles: true}}))"
    )


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
    assert rules(page) == ALL
    assert page.run("document.getElementById('shown').value") == "6 of 6 entries"
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


BEYOND = """
[...document.querySelectorAll('body *')]
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 1)
  .map((e) => e.outerHTML)
"""
OVERLAPS = """
[...document.querySelectorAll('#filters > *, header > *, .finding')]
  .filter((e) => e.checkVisibility()).map((e) => e.getBoundingClientRect())
  .filter((a, i, all) => all.slice(i + 1).some((b) =>
    a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1))
  .length
"""


@pytest.mark.parametrize(("width", "height"), [(360, 780), (1280, 900)])
def test_nothing_is_clipped_and_nothing_overlaps(
    page: Page, report: Path, width: int, height: int
) -> None:
    page.open(report, width, height, phone=width < 500)
    assert page.run("document.documentElement.scrollWidth") <= width
    assert page.run(BEYOND) == []
    assert page.run(OVERLAPS) == 0


def test_light_and_dark_colours_have_contrast(page: Page) -> None:
    colours = (
        "['color', 'backgroundColor'].map((name) => getComputedStyle(document.body)[name]"
        ".match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0))"
    )
    for is_dark, sign in ((True, 1), (False, -1)):
        page.dark(is_dark)
        ink, paper = page.run(colours)
        assert sign * (ink - paper) > 400
