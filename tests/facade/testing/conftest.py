"""Fixtures for the tests of the sandbox."""

import pytest

from facade.testing import Sandbox
from tests.facade.testing.app import App


@pytest.fixture
def app(sandbox: Sandbox) -> App:
    return App(sandbox)
