"""Fixtures of the tests of the contract tools."""

import shutil
from pathlib import Path

import pytest

from scripts.contract.generate import Layout
from tests.openapi.conftest import empty_project, git, serve
from tests.openapi.serving import Serve

from .published import COMMON, ROOT, TOP, Recorded, record, write

__all__ = ["empty_project", "git", "serve"]


@pytest.fixture
def recorded(project: Layout, serve: Serve) -> Recorded:
    return lambda **changes: record(project, serve, changes)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Return the documents to publish: apps/a.json, which refers to common/c.json."""
    folder = tmp_path / "private" / "docs"
    write(folder / "apps" / "a.json", ROOT)
    write(folder / "common" / "c.json", COMMON)
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Return a copy of the contract's sources and of the files built from them."""
    folder = tmp_path / "project"
    ignored = shutil.ignore_patterns("__pycache__", "*_cache")
    for name in ("openapi", "generated_client", "facade"):
        shutil.copytree(TOP / name, folder / name, ignore=ignored)
    shutil.copy(TOP / "README.md", folder)
    monkeypatch.chdir(folder)
    return Layout(folder)
