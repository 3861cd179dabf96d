"""Fixtures of the tests of bulk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from facade import Association, AssociationsClient
from facade.testing import Sandbox
from tests.facade.bulk.runs import Ensured, make_client, run, seed_owner_pet


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[AssociationsClient]:
    with make_client(sandbox) as client:
        yield client


@pytest.fixture
def association(sandbox: Sandbox) -> Association:
    return seed_owner_pet(sandbox)


@pytest.fixture
def ensured(sandbox: Sandbox, association: Association) -> Ensured:
    """Ensure pairs of contacts and pets with tasks; return the outcomes."""
    given: dict[str, Any] = {"association": association}
    return lambda pairs, **options: run("async", sandbox, pairs, **given | options)


@pytest.fixture
def given(association: Association, tmp_path: Path) -> dict[str, Any]:
    """The options of runs that use one journal."""
    return {"association": association, "journal": tmp_path / "journal"}
