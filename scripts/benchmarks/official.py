"""Measure HighLevel's own SDK against httpx; runs in the SDK's environment.

It may import only modules that need nothing but the standard library and httpx.
"""

import asyncio
import json
import sys
from importlib import import_module
from typing import Any

import httpx

from scripts.benchmarks import bare
from scripts.benchmarks.figures import Costs, async_cpu_of, interleave_async
from scripts.benchmarks.server import ASSOCIATION, TOKEN

SDK, HTTPX = "official SDK", "httpx"


async def _measure(url: str, rounds: int, calls: int) -> Costs:
    highlevel: Any = import_module("highlevel").HighLevel
    highlevel.BASE_URL = url
    sdk = highlevel(private_integration_token=TOKEN).associations
    async with httpx.AsyncClient(**bare.options(url)) as plain:
        sides = {
            SDK: lambda: sdk.update_association(ASSOCIATION, bare.LABELS),
            HTTPX: lambda: bare.async_put(plain),
        }
        turns = {name: async_cpu_of(call, calls) for name, call in sides.items()}
        return await interleave_async(turns, rounds)


if __name__ == "__main__":
    measured = asyncio.run(_measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
    sys.stdout.write(json.dumps(measured))
