"""The documentation site in a browser, from the disk: search, sizes, no foreign resources."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.browser import Page, chromium

pytestmark = pytest.mark.proof

ROOT = Path(__file__).parents[2]
SIZES = [(390, 844), (1280, 900)]
TYPED = """
(async (text) => {
  document.querySelector('[data-md-toggle=search]').click();
  const input = document.querySelector('.md-search__input');
  input.focus();
  input.value = text;
  for (let tries = 0; tries < 1200; tries++) {
    input.dispatchEvent(new Event('keyup', { bubbles: true }));
    const found = document.querySelectorAll('.md-search-result__link');
    if (found.length) return [...found].map((link) => link.getAttribute('href'));
    await new Promise((done) => setTimeout(done, 50));
  }
  return [];
})
"""
REQUESTED = "performance.getEntriesByType('resource').map((entry) => entry.name)"
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build = f"{sys.executable} -m mkdocs build --strict --site-dir {folder}"
    subprocess.run(build.split(), cwd=ROOT, check=True)
    return folder


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.mark.parametrize(
    ("text", "found"),
    [("RelationLimitError", "reference/errors.html"), ("witness", "contract/witnesses.html")],
)
def test_search_finds_a_page_without_a_server(
    site: Path, browser: Page, text: str, found: str
) -> None:
    browser.open(site / "index.html", *SIZES[1])
    links = browser.run(f"({TYPED})({text!r})")
    assert any(found in link for link in links), links
    assert browser.console == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_page_is_wider_than_its_window_or_loads_foreign_resources(
    site: Path, browser: Page, width: int, height: int
) -> None:
    pages = sorted(set(site.rglob("*.html")) - {site / "404.html"})  # only for servers
    assert len(pages) > 10
    for path in pages:
        browser.open(path, width, height, phone=width < 500)
        assert browser.run(TOO_WIDE) <= 0, path
        foreign = [each for each in browser.run(REQUESTED) if not each.startswith("file:")]
        assert foreign == [], path
    assert browser.console == []
