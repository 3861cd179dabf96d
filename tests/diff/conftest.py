"""Fixtures that the tests of documents have, too."""

from tests.openapi.conftest import empty_project, git, serve

__all__ = ["empty_project", "git", "serve"]
