"""A call of an operation that HighLevel has deprecated warns at the app's line."""

import asyncio
import warnings
from collections.abc import Callable

import pytest

from facade import AssociationsClient, AsyncAssociationsClient
from facade._core.operations import DEPRECATED
from facade.testing import Sandbox


def blocking(sandbox: Sandbox) -> None:
    transport = sandbox.transport()
    with AssociationsClient(sandbox.token, sandbox.location_id, transport=transport) as client:
        client.associations.list()
        client.relations.list("c1")


def asynchronous(sandbox: Sandbox) -> None:
    async def app() -> None:
        transport = sandbox.transport()
        async with AsyncAssociationsClient(
            sandbox.token, sandbox.location_id, transport=transport
        ) as client:
            await client.associations.list()
            await client.relations.list("c1")

    asyncio.run(app())


@pytest.mark.parametrize("app", [blocking, asynchronous])
@pytest.mark.parametrize(("day", "end"), [("2030-12-31", " and ends it on 2030-12-31"), ("", "")])
def test_a_deprecated_operation_warns_where_the_app_sends_it(
    monkeypatch: pytest.MonkeyPatch, app: Callable[[Sandbox], None], day: str, end: str
) -> None:
    monkeypatch.setitem(DEPRECATED, "list_associations", day)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        app(Sandbox())
    (warning,) = [each for each in caught if each.category is DeprecationWarning]
    assert str(warning.message) == f"HighLevel has deprecated GET /associations/{end}"
    assert warning.filename == __file__
