"""What a run has created, or left behind, is found and deleted, and nothing else."""

import pytest

from facade.observe import Recorder
from facade.testing import Fault, Response, Sandbox, faults
from facade.testing.messages import json_response
from scripts.evidence.cleanup import clean_up, find, left_behind
from scripts.evidence.client import ProbeClient


def keys(sandbox: Sandbox) -> list[str]:
    return [each["key"] for each in sandbox.associations() if each["key"].startswith("probe")]


def seed(sandbox: Sandbox, key: str, association_id: str | None = None) -> str:
    return str(sandbox.seed_association(key=key, association_id=association_id)["id"])


@pytest.mark.parametrize("fault", [Fault(), faults.alter(lambda body: {"items": body})])
def test_what_an_earlier_run_left_is_found_by_its_name_on_any_page(
    sandbox: Sandbox, client: ProbeClient, fault: Fault
) -> None:
    sandbox.misbehave(fault)
    for number in range(110):
        seed(sandbox, f"other_{number}")
    left = {f"probe_delete_me_{each}": [seed(sandbox, f"probe_delete_me_{each}")] for each in "ab"}
    assert left_behind(client) == left
    assert clean_up(client, left) == []
    assert left_behind(client) == {}


@pytest.mark.parametrize("on", ["get_association_by_key", "list_associations"])
def test_it_is_found_by_its_key_or_in_the_list(
    sandbox: Sandbox, client: ProbeClient, on: str
) -> None:
    association_id = seed(sandbox, "probe_one")
    with sandbox.misbehave(faults.fail(404), on=on):
        assert find(client, "probe_one")[0] == [association_id]
        assert find(client, "probe_two")[0] == []


def test_a_server_that_ignores_the_page_is_asked_twice(
    sandbox: Sandbox, client: ProbeClient
) -> None:
    only = {"id": seed(sandbox, "probe_delete_me_a"), "key": "probe_delete_me_a"}
    sandbox.misbehave(faults.alter(lambda _: {"associations": [only]}))
    assert left_behind(client) == {only["key"]: [only["id"]]}
    assert len(sandbox.requests) == 2


@pytest.mark.parametrize("known", [1, 2])
def test_a_clean_up_deletes_by_id_or_by_key_and_nothing_else(
    sandbox: Sandbox, client: ProbeClient, recorder: Recorder, known: int
) -> None:
    ids = [seed(sandbox, "probe_known", each) for each in ("one", "two")]  # of the same key
    seed(sandbox, "probe_other")
    seed(sandbox, "probe_unknown")
    created = {"probe_known": ids[:known], "probe_unknown": [], "probe_never_created": []}
    assert clean_up(client, {**created, "probe_gone": ["0" * 24]}) == []
    assert keys(sandbox) == ["probe_other"]
    assert [each.method for each in sandbox.requests].count("DELETE") == 4
    assert recorder.lines() == []  # none of it is evidence


@pytest.mark.parametrize(
    ("on", "remaining"),
    [
        ("delete_association", ["probe_one"]),
        ("get_association_by_key", ["probe_two"]),  # so it may exist
    ],
)
def test_an_association_that_cannot_be_deleted_remains(
    sandbox: Sandbox, client: ProbeClient, on: str, remaining: list[str]
) -> None:
    created = {"probe_one": [seed(sandbox, "probe_one")], "probe_two": []}
    with sandbox.misbehave(faults.fail(500), on=on):
        assert clean_up(client, created) == remaining
    assert clean_up(client, created) == []
    assert keys(sandbox) == []


def test_a_server_that_always_names_another_one_is_not_asked_for_ever(
    sandbox: Sandbox, client: ProbeClient
) -> None:
    def answer() -> Response:
        return json_response(200, {"id": str(len(sandbox.requests)), "key": "probe_one"})

    sandbox.misbehave(Fault(instead=answer), on="get_association_by_key")
    assert clean_up(client, {"probe_one": []}) == ["probe_one"]
