"""Blocking code is generated from async code."""

from pathlib import Path

from scripts.contract.blocking import write_blocking

MARK = "# Generated from facade/_async/client.py by `make generate`: edit that file instead.\n"
WRITTEN = """\
from facade._async.thing import AsyncThing
class AsyncOther(httpx.AsyncClient):
    async def __aenter__(self): pass
    async def close(self): await self._a.aclose()
x: 'AsyncThing'
async with a as b: pass
async for a in b: pass
print(await a)
await concurrency.async_ends_within(a, 1)
inner.handle_async_request(a)
'''An async AsyncThing.'''
"""
MADE = """\
from facade._sync.thing import Thing
class Other(httpx.Client):
    def __enter__(self): pass
    def close(self): self._a.close()
x: 'Thing'
with a as b: pass
for a in b: pass
print(a)
concurrency.ends_within(a, 1)
inner.handle_request(a)
'''An async AsyncThing.'''
"""


def test_only_the_async_syntax_and_names_differ(tmp_path: Path) -> None:
    write_blocking({"client.py": WRITTEN, "b.py": "a = 'é'\n"}, tmp_path, "facade")
    folder = tmp_path / "facade"
    assert (folder / "_async/client.py").read_text() == WRITTEN
    assert (folder / "_sync/client.py").read_text() == MARK + MADE
    assert (folder / "_sync/b.py").read_text("utf-8").endswith("\na = 'é'\n")
