"""Token stores: each one keeps the contract of facade.testing.contracts."""

from collections.abc import Callable
from functools import partial
from importlib import import_module

import pytest

from facade.oauth import ManagedTokenStore, MemoryTokenStore, TokenStore, TokenStoreError
from facade.testing.contracts import SHARED_TOKEN_STORE_CHECKS, TOKEN_STORE_CHECKS, OpenTokenStore
from tests import public_surface
from tests.facade.driving import run_program
from tests.facade.oauth.runs import SHARED

Check = Callable[[OpenTokenStore], None]
# With these options, the next process waits only so long for the lock of a dead one.
WITH_A_SHORT_LEASE = {"sqlite": {}, "redis": {"lease": 0.5}}


@pytest.mark.parametrize("check", TOKEN_STORE_CHECKS + SHARED_TOKEN_STORE_CHECKS)
def test_a_shared_store_keeps_the_contract(check: Check, shared: tuple[str, str]) -> None:
    kind, place = shared
    check(partial(SHARED[kind], place, **WITH_A_SHORT_LEASE[kind]))


@pytest.mark.parametrize("check", TOKEN_STORE_CHECKS)
def test_a_store_in_memory_keeps_the_contract(check: Check) -> None:
    store = MemoryTokenStore()
    check(lambda: store)


def test_every_store_of_the_facade_is_tested() -> None:
    classes = {
        value
        for module in map(import_module, public_surface.MODULES)
        for name in public_surface.names_of(module)
        if isinstance(value := getattr(module, name), type) and issubclass(value, TokenStore)
    }
    opened = {getattr(one, "func", one) for one in SHARED.values()}
    assert classes == {TokenStore, ManagedTokenStore, MemoryTokenStore, *opened}


def test_a_lock_that_is_not_free_in_time_is_an_error(shared: tuple[str, str]) -> None:
    kind, place = shared
    said = "the lock of busy was not free within 0.1 s: its tokens are being renewed; try again"
    for store in (MemoryTokenStore(wait=0.1), SHARED[kind](place, wait=0.1)):
        with store.lock("busy"), pytest.raises(TokenStoreError, match=said), store.lock("busy"):
            pytest.fail("two hold the lock")


FORKING = """
import os
from facade.oauth import MemoryTokenStore

store = MemoryTokenStore(wait=0.0)
with store.lock("k"):
    if (child := os.fork()) == 0:
        with store.lock("k"):
            os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
"""


def test_a_forked_process_does_not_wait_for_a_thread_that_it_has_not() -> None:
    run_program(FORKING)
