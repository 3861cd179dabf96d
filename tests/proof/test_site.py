"""The documentation's site, from the disk: what it has, its search, its pages in a browser."""

import html
import inspect
import json
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests import needs, public_surface
from tests.proof.browser import Page, chromium

pytestmark = pytest.mark.proof

ROOT = Path(__file__).parents[2]
# By search: the place that comes first.
SEARCHES = {
    "401": "guide/troubleshooting.html#401-403-token-scopes-location",
    "async": "start/first-call.html#with-asyncio",
    "bulk": "guide/bulk.html",
    "celery": "guide/examples.html#celery_importpy",
    "certificate": "guide/troubleshooting.html#429-5xx-no-connection",
    "csv": "guide/command.html",
    "dataframe": "guide/analysts.html#a-dataframe",
    "deadline": "guide/waits.html",
    "delete": "guide/associations.html#change-and-delete",
    "duplicate": "guide/ensure.html",
    "ensure": "guide/ensure.html",
    "environment variables": "start/first-call.html#environment",
    "errors": "guide/errors.html",
    "example": "guide/examples.html",
    "fastapi": "guide/models.html#fastapi-and-pydantic",
    "install": "start/install.html",
    "location id": "guide/oauth.html#three-ids",
    "logging": "guide/waits.html",
    "notebook": "guide/analysts.html",
    "oauth": "guide/oauth.html",
    "pagination": "guide/associations.html#read",
    "pandas": "guide/analysts.html",
    "proxy": "guide/models.html#proxies-and-tls",
    "rate limit": "guide/waits.html#the-pace",
    "redis": "guide/workers.html",
    "retry": "guide/waits.html#what-is-retried",
    "scopes": "guide/troubleshooting.html#401-403-token-scopes-location",
    "test": "guide/testing.html",
    "timeout": "guide/waits.html#how-long-a-call-takes",
    "token": "guide/oauth.html",
    "uninstall": "guide/oauth.html#uninstalled-apps",
    "version": "guide/versions.html",
    "webhook": "guide/webhooks.html",
    # What only the reference and the contract are about:
    "RelationLimitError": "reference/errors.html#facade.RelationLimitError",
    "witness": "contract/witnesses.html",
}
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
# Tables of up to four columns that do not fit.
SCROLLED = """
[...document.querySelectorAll('.md-typeset__table table:not(:has(th:nth-child(5)))')]
  .filter((table) => table.offsetWidth > document.documentElement.clientWidth)
  .map((table) => table.textContent)
"""
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


def test_a_search_shows_first_what_its_reader_wants(site: Path) -> None:
    worker, asked = Path(__file__).with_name("search.mjs"), json.dumps([*SEARCHES])
    done = needs.run(needs.program("nodejs", "node"), worker, site, asked)
    assert json.loads(done.stdout) == SEARCHES


def test_search_finds_a_page_without_a_server(site: Path, browser: Page) -> None:
    browser.open(site / "index.html", *SIZES[1])
    links = browser.run(f"({TYPED})('witness')")
    assert any("contract/witnesses.html" in link for link in links), links
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
        assert browser.run(SCROLLED) == [], path
        foreign = [each for each in browser.run(REQUESTED) if not each.startswith("file:")]
        assert foreign == [], path
    assert browser.console == []


def test_the_reference_has_every_public_name_and_member(site: Path) -> None:
    listed = inventory((site / "objects.inv").read_bytes())
    assert [name for name, places in public_names() if listed.isdisjoint(places)] == []
    reference = {page.stem: text_of(page) for page in (site / "reference").glob("*.html")}
    assert "retries: int = 7" in reference["clients"]  # the value, not the name of the constant
    assert [name for name, text in reference.items() if re.search(r"Bases:\s+_", text)] == []


def text_of(page: Path) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page.read_text()))


def inventory(content: bytes) -> set[str]:
    """Return the names in a Sphinx inventory: four header lines, then compressed ones."""
    compressed = content.split(b"\n", 4)[4]
    return {line.split()[0] for line in zlib.decompress(compressed).decode().splitlines()}


def public_names() -> Iterator[tuple[str, set[str]]]:
    """Yield the public names, each with the names that it may be documented by."""
    for module in map(import_module, public_surface.MODULES):
        for name in public_surface.names_of(module):
            value: Any = getattr(module, name)
            if inspect.ismodule(value):
                continue  # it has names of its own
            yield name, {f"{module.__name__}.{name}"}
            if isinstance(value, type):
                for kind in public_surface.with_private_bases(value):
                    members = [*public_surface.fields_of(kind), *public_surface.members_of(kind)]
                    # The parameters of `__init__` are documented with the class.
                    for member in (each for each in members if each != "__init__"):
                        owners = [
                            f"{base.__module__}.{base.__qualname__}" for base in value.__mro__
                        ]
                        owners.append(f"{module.__name__}.{name}")
                        yield f"{name}.{member}", {f"{owner}.{member}" for owner in owners}
