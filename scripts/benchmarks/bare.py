"""The same calls with httpx alone: the baseline of every comparison."""

from typing import Any

import httpx

from scripts.benchmarks.server import ASSOCIATION, LOCATION, TOKEN

PATH = f"/associations/{ASSOCIATION}"
LABELS = {"firstObjectLabel": "Student", "secondObjectLabel": "Tutor"}


def options(url: str) -> dict[str, Any]:
    """Return the options of an httpx client."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Version": "2021-07-28"}
    return {"base_url": url, "headers": headers}


def put(client: httpx.Client) -> object:
    """Update an association."""
    return client.put(PATH, json=LABELS).json()


async def async_put(client: httpx.AsyncClient) -> object:
    """Update an association."""
    return (await client.put(PATH, json=LABELS)).json()


def _page(relations: int) -> dict[str, str | int]:
    return {"locationId": LOCATION, "skip": 0, "limit": relations}


def page(client: httpx.Client, relations: int) -> object:
    """List this many relations."""
    params = _page(relations)
    return client.get(f"/associations/relations/{relations}", params=params).json()


async def async_page(client: httpx.AsyncClient, relations: int) -> object:
    """List this many relations."""
    params = _page(relations)
    response = await client.get(f"/associations/relations/{relations}", params=params)
    return response.json()
