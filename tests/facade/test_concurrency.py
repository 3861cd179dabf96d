"""What blocking and async code do differently."""

import threading
from typing import Any

from facade.testing import Sandbox
from tests.facade.driving import Clients, run_program

BLOCKING_APP = """
import sys
from facade import AssociationsClient, AssociationsError
with AssociationsClient("pit-t", "loc", base_url="http://127.0.0.1:9", retries=0) as client:
    for call in (client.associations.list, lambda: client.relations.list("r")):
        try:
            call()
        except AssociationsError as error:
            print(type(error).__name__)
print([name for name in sys.modules if name == "asyncio" or name.startswith("facade._async")])
"""


def test_a_blocking_app_loads_neither_asyncio_nor_async_code() -> None:
    assert run_program(BLOCKING_APP) == ["ConnectFailedError", "ConnectFailedError", "[]"]


class Source:
    """A token source that records the thread that it is called in."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.threads: list[int] = []

    def token(self, location_id: str) -> str:
        self.threads.append(threading.get_ident())
        return self._token

    def refused(self, location_id: str, token: str) -> bool:
        return False


def test_work_that_may_block_leaves_the_event_loop_free(clients: Clients, sandbox: Sandbox) -> None:
    source = Source(sandbox.token)
    client: Any = clients(source, sandbox.location_id, transport=sandbox.transport())
    client.associations.list()
    is_here = source.threads == [threading.get_ident()]
    assert is_here is (clients.mode == "blocking")
