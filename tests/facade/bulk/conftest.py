"""Fixtures of the tests of bulk."""

from collections.abc import Iterator

import pytest

from facade import AssociationsClient
from facade.testing import Sandbox
from tests.facade.bulk.runs import make_client


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[AssociationsClient]:
    with make_client(sandbox) as client:
        yield client
