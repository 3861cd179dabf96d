"""After an interrupt at any place of a call, of a run or of a journal, the next one succeeds.

As tests/facade/test_interrupted.py, for the parts with connections and threads.
"""

import contextlib
import gc
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from facade import AssociationsClient, LocalPace
from facade.bulk import Outcome, ensure_many
from facade.bulk.journal import Journal
from facade.oauth import OAuth
from facade.testing import Sandbox
from tests.facade.bulk.runs import related_pairs, seed_owner_pet
from tests.facade.driving import Clock
from tests.facade.interrupting import finish_renewals, locked, sweep
from tests.facade.oauth.runs import APP, DAY

# The garbage collector closes the socket of an interrupted call.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Close the sockets and files of interrupted work here, and not in another test."""
    yield
    gc.collect()


def outcome(number: int) -> Outcome:
    return Outcome(
        index=number,
        first_record_id=f"c-{number}",
        second_record_id=f"p-{number}",
        status="created",
        relation_id=f"r-{number}",
    )


def test_a_journal_stores_the_next_outcome(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path, "a", "l")
    stored: list[int] = []

    def make() -> Callable[[], None]:
        return lambda: journal.add(outcome(1000 + len(stored)))

    def check(raised: object) -> None:
        assert isinstance(raised, KeyboardInterrupt)
        assert locked(journal) == []
        journal.add(outcome(len(stored)))
        stored.append(len(stored))

    assert sweep(make, check) >= 5
    journal.close()
    again = Journal(path, "a", "l")
    for number in stored:
        assert again.take(0, (f"c-{number}", f"p-{number}")) is not None
    again.close()


def test_a_journal_whose_closing_was_interrupted_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journals: list[Journal] = []

    def make() -> Callable[[], None]:
        journals.append(Journal(path, "a", "l"))
        journals[-1].add(outcome(1))
        # The sweep must not keep the journal.
        return lambda: journals[-1].close()  # noqa: PLW0108

    def check(raised: object) -> None:
        assert isinstance(raised, KeyboardInterrupt)
        assert locked(*journals) == []
        raised.with_traceback(None)
        journals.clear()
        with contextlib.closing(Journal(path, "a", "l")) as again:
            assert again.take(0, ("c-1", "p-1")) is not None

    assert sweep(make, check) >= 5


def test_a_journal_whose_opening_was_interrupted_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    Journal(path, "a", "l").close()

    def make() -> Callable[[], object]:
        return lambda: Journal(path, "a", "l").close()

    def check(raised: object) -> None:
        assert isinstance(raised, KeyboardInterrupt)
        raised.with_traceback(None)
        Journal(path, "a", "l").close()

    assert sweep(make, check) >= 10


@pytest.fixture(params=["in process", "default", "http"])
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[AssociationsClient]:
    """A client of the sandbox in process, or of its server, with a static token or with OAuth."""
    options: dict[str, Any] = {"pace": LocalPace(calls=10**6), "deadline": 10.0}
    if request.param == "in process":
        options["transport"] = sandbox.transport()
        with AssociationsClient(sandbox.token, sandbox.location_id, **options) as client:
            yield client
        return
    with sandbox.serve() as server:
        options["base_url"] = server.url
        if request.param == "http":
            import httpx

            options["transport"] = httpx.HTTPTransport()
        with AssociationsClient(sandbox.token, sandbox.location_id, **options) as client:
            yield client


def test_a_client_makes_the_next_call(client: AssociationsClient, sandbox: Sandbox) -> None:
    association = seed_owner_pet(sandbox).id
    numbers = iter(range(10_000))

    def make() -> Callable[[], object]:
        number = next(numbers)
        return lambda: client.relations.ensure(
            association, first_record_id=f"c-{number}", second_record_id=f"p-{number}"
        )

    def check(raised: object) -> None:
        assert isinstance(raised, KeyboardInterrupt)
        assert locked(client) == []
        assert client.relations.list("1").total == 0

    assert sweep(make, check) >= 30
    pairs = Counter(related_pairs(sandbox))
    assert set(pairs.values()) == {1}


def test_a_client_with_oauth_makes_the_next_call() -> None:
    clock = Clock()
    sandbox = Sandbox(clock=clock)
    location = sandbox.location_id
    oauth = OAuth(*APP, transport=sandbox.transport(), clock=clock)
    oauth.exchange(sandbox.oauth.install(location_id=location), unsolicited=True)
    options: dict[str, Any] = {"pace": None, "transport": sandbox.transport(), "deadline": 10.0}

    with AssociationsClient(oauth, location, **options) as client:

        def make() -> Callable[[], object]:
            clock.now += DAY
            return lambda: client.relations.list("1")

        def check(raised: object) -> None:
            assert isinstance(raised, KeyboardInterrupt)
            assert client.relations.list("1").total == 0
            finish_renewals()
            assert locked(client, oauth) == []

        assert sweep(make, check) >= 100


def test_a_run_can_be_repeated_with_its_journal(sandbox: Sandbox, tmp_path: Path) -> None:
    association = seed_owner_pet(sandbox)
    files = iter(tmp_path / f"journal-{number}" for number in range(10_000))
    used: list[Path] = []
    options: dict[str, Any] = {"pace": None, "transport": sandbox.transport(), "deadline": 10.0}

    with AssociationsClient(sandbox.token, sandbox.location_id, **options) as client:

        def run() -> list[str]:
            name = used[-1].name
            pairs = [(f"c-{name}", f"p-{number}") for number in range(3)]
            ran = ensure_many(
                client, pairs, association=association, concurrency=2, journal=used[-1]
            )
            return [one.status for one in ran]

        def make() -> Callable[[], object]:
            used.append(next(files))
            return run

        def check(raised: object) -> None:
            assert isinstance(raised, KeyboardInterrupt)
            raised.with_traceback(None)
            assert locked(client) == []
            assert set(run()) <= {"created", "existing"}

        assert sweep(make, check, step=11) >= 10
    assert set(Counter(related_pairs(sandbox)).values()) == {1}
