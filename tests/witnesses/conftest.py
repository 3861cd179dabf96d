"""Fixtures of the tests of witnesses."""

import pytest

from facade._core import concurrency


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do not wait before a request is sent again."""

    async def async_sleep(seconds: float) -> None:
        pass

    monkeypatch.setattr(concurrency, "sleep", lambda seconds: None)
    monkeypatch.setattr(concurrency, "async_sleep", async_sleep)
