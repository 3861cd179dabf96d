"""The site builds without warnings, its reference has every public name, its search finds pages."""

import html
import inspect
import json
import re
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from tests import needs, public_surface

ROOT = Path(__file__).parents[2]
# By page: what an example in it calls.
EXAMPLES = {
    "bulk": "ensure_shard(client, pairs, association=association)",
    "clients": "client.relations.link(association, records)",
    "models": 'relation.other("contact-1")',
    "oauth": "oauth.installed_locations(grant.company_id)",
    "webhooks": "guard.once(event):",
}
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


def test_the_site_builds_with_every_public_name_and_its_search_shows_the_guide_first(
    tmp_path: Path,
) -> None:
    done = build("mkdocs.yml", tmp_path)
    assert done.returncode == 0, done.stderr
    listed = inventory((tmp_path / "objects.inv").read_bytes())
    assert [name for name, places in public_names() if listed.isdisjoint(places)] == []
    reference = {page.stem: text_of(page) for page in (tmp_path / "reference").glob("*.html")}
    assert "retries: int = 7" in reference["clients"]  # the value, not the name of the constant
    assert [name for name, text in reference.items() if re.search(r"Bases:\s+_", text)] == []
    assert [reference[page].count(call) for page, call in EXAMPLES.items()] == [1] * len(EXAMPLES)
    assert searched(tmp_path) == SEARCHES


def test_every_broken_link_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    links = "[a](other.md) [a](#other) [a][facade.Other]"
    (tmp_path / "docs" / "index.md").write_text(f"# A page\n\n{links}\n")
    settings = "INHERIT: {}\nnav: [index.md]\nhooks: []\ndocs_dir: {}\n"
    config = tmp_path / "mkdocs.yml"
    config.write_text(settings.format(ROOT / "mkdocs.yml", tmp_path / "docs"))
    done = build(config, tmp_path / "site")
    assert done.returncode == 1
    assert "contains a link 'other.md'" in done.stderr
    assert "there is no such anchor on this page" in done.stderr
    assert "Could not find cross-reference target 'facade.Other'" in done.stderr


def build(config: str | Path, folder: Path) -> CompletedProcess[str]:
    options = ("--strict", "-f", config, "--site-dir", folder)
    return needs.run(sys.executable, "-m", "mkdocs", "build", *options)


def searched(site: Path) -> Any:
    """Return the place that comes first for each search."""
    node = needs.program("nodejs", "node")
    done = needs.run(node, Path(__file__).with_name("search.mjs"), site, json.dumps([*SEARCHES]))
    return json.loads(done.stdout)


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
