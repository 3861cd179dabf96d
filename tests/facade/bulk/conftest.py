"""Fixtures of the tests of bulk."""

from collections.abc import Iterator

import pytest

from facade import Association, AssociationsClient
from facade.testing import Sandbox
from tests.facade.bulk.runs import make_client, seed_owner_pet


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[AssociationsClient]:
    with make_client(sandbox) as client:
        yield client


@pytest.fixture
def association(sandbox: Sandbox) -> Association:
    return seed_owner_pet(sandbox)
