"""Blocking code is generated from async code."""

from pathlib import Path

import pytest

from scripts.contract.blocking import write_blocking

MARK = "# Generated from facade/_async/client.py by `make generate`: edit that file instead.\n"


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("async def close(self): await self._a.aclose()", "def close(self): self._a.close()"),
        ("async with a as b: pass", "with a as b: pass"),
        ("async for a in b: pass", "for a in b: pass"),
        ("print(await a)", "print(a)"),
        ("async def __aenter__(self): pass", "def __enter__(self): pass"),
        ("class AsyncThing(httpx.AsyncClient): pass", "class Thing(httpx.Client): pass"),
        ("from facade._async.thing import AsyncThing", "from facade._sync.thing import Thing"),
        ("x: 'AsyncThing'", "x: 'Thing'"),
        ("async_check_senders(a, b)", "check_senders(a, b)"),
        ("await concurrency.async_ends_within(a, 1)", "concurrency.ends_within(a, 1)"),
        ("await concurrency.async_sleep(1)", "concurrency.sleep(1)"),
        ("concurrency.async_run_blocking(a)", "concurrency.run_blocking(a)"),
        ("inner.handle_async_request(a)", "inner.handle_request(a)"),
        ("api.set_async_httpx_client(a)", "api.set_httpx_client(a)"),
        ("response.aread()", "response.read()"),
        ("'''An async AsyncThing.'''", "'''An async AsyncThing.'''"),
    ],
)
def test_only_the_async_syntax_differs(tmp_path: Path, written: str, made: str) -> None:
    write_blocking({"client.py": f"{written}\n"}, tmp_path, "facade")
    assert (tmp_path / "facade" / "_sync" / "client.py").read_text() == f"{MARK}{made}\n"
    assert (tmp_path / "facade" / "_async" / "client.py").read_text() == f"{written}\n"
