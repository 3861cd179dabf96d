"""unlink: the relations of the pairs of a CSV are deleted, and no others."""

import json
from pathlib import Path

import pytest

from facade.testing import Sandbox, faults
from tests.facade.bulk.runs import related_pairs, seed_owner_pet
from tests.facade.cli.conftest import Command, csv_of

OTHERS = [("contact-0", "pet-0"), ("contact-0", "pet-9"), ("contact-9", "pet-0")]


@pytest.fixture
def related(on_csv: Command, sandbox: Sandbox) -> None:
    """Relate three pairs, one of them under another association, too, and others of them."""
    association = sandbox.associations()[-1]["id"]
    for pair in [*((f"contact-{number}", f"pet-{number}") for number in range(3)), *OTHERS[1:]]:
        sandbox.seed_relation(association, *pair)
    sandbox.seed_relation(seed_owner_pet(sandbox, "other").id, *OTHERS[0])


@pytest.mark.usefixtures("related")
def test_each_pair_is_unlinked_once_and_repeating_it_does_no_harm(
    on_csv: Command, sandbox: Sandbox
) -> None:
    assert on_csv("unlink", csv_of(3), "--dry-run")[1].endswith("3 pairs\nNothing was sent.\n")
    assert len(related_pairs(sandbox)) == 6
    assert on_csv("link", csv_of(3))[0] == 0
    sent = len(sandbox.requests)
    status, out, err = on_csv("unlink", csv_of(4))
    assert (status, out.splitlines()[-1], err) == (0, "3 deleted, 1 not related, 0 failed", "")
    assert related_pairs(sandbox) == OTHERS
    again = on_csv("unlink", csv_of(4), "--json", "--journal", "-")[1]
    assert json.loads(again)["not_related"] == 4
    assert {one.method for one in sandbox.requests[sent:]} == {"GET", "DELETE"}
    assert on_csv("link", csv_of(3))[1].endswith("\n3 created, 0 existing, 0 failed\n")


def test_the_reverse_of_a_pair_of_one_object_is_another_pair(
    on_csv: Command, sandbox: Sandbox
) -> None:
    parents = sandbox.seed_association(key="parents", second_object_key="contact")["id"]
    for pair in [("c1", "c2"), ("c2", "c1"), ("c3", "c2")]:
        sandbox.seed_relation(parents, *pair)
    for deleted in (1, 0):  # resuming it, too, deletes no other relation
        out = on_csv("unlink", "first,second\nc1,c2\nc2,c3\n", key="parents")[1]
        assert out.endswith(f"{deleted} deleted, {2 - deleted} not related, 0 failed\n")
    assert related_pairs(sandbox) == [("c2", "c1"), ("c3", "c2")]


@pytest.mark.parametrize(
    "sandbox", [{"listed_for": "second"}, {"listed_sides": "reversed"}], indirect=True
)
@pytest.mark.usefixtures("related")
def test_a_relation_is_found_however_it_is_listed(on_csv: Command, sandbox: Sandbox) -> None:
    out = on_csv("unlink", csv_of(4))[1]
    assert out.splitlines()[-1] == "3 deleted, 1 not related, 0 failed"
    assert related_pairs(sandbox) == OTHERS


@pytest.mark.parametrize("sandbox", [{"relation_list_body": "by_record"}], indirect=True)
def test_a_relation_of_one_object_without_sides_is_not_deleted(
    on_csv: Command, sandbox: Sandbox
) -> None:
    parents = sandbox.seed_association(key="parents", second_object_key="contact")["id"]
    sandbox.seed_relation(parents, "c2", "c1")
    out = on_csv("unlink", "first,second\nc1,c2\n", key="parents")[1]
    assert out.splitlines()[-2] == "0 deleted, 0 not related, 1 failed"
    assert related_pairs(sandbox) == [("c2", "c1")]


@pytest.mark.usefixtures("related")
def test_a_pair_that_fails_is_told_and_the_others_are_unlinked(
    on_csv: Command, sandbox: Sandbox, folder: Path
) -> None:
    refused = faults.fail(400, message="odd")
    sandbox.misbehave(refused, on=lambda one: one.path.endswith("/relations/contact-1"))
    sandbox.misbehave(faults.fail(404, message="gone"), on="delete_relation", times=1)
    status, out, _ = on_csv("unlink", csv_of(3), "--concurrency", "1")
    assert (status, out.splitlines()[-2]) == (1, "1 deleted, 1 not related, 1 failed")
    failures = (folder / "pets.csv.failures.csv").read_text().splitlines()
    assert failures[1].startswith("contact-1,pet-1,GET /associations/relations/contact-1 returned")


@pytest.mark.usefixtures("related")
@pytest.mark.parametrize(("method", "deleted"), [("DELETE", 2), ("GET", 0)])
def test_a_fatal_error_stops_the_run_and_what_was_done_beside_it_is_told(
    on_csv: Command, sandbox: Sandbox, method: str, deleted: int
) -> None:
    end = sandbox.relations()[0]["id"] if method == "DELETE" else "contact-0"
    refusal = faults.fail(401, message="Invalid JWT")
    sandbox.misbehave(refusal, on=lambda one: one.method == method and one.path.endswith(end))
    status, out, err = on_csv("unlink", csv_of(3))
    told = f"{deleted} deleted, 0 not related, 0 failed, {3 - deleted} not done yet"
    assert (status, out.splitlines()[-1]) == (2, told)
    assert err.startswith(f"error: {method} /associations/relations/")
    assert "Stopped. Run the same command again" in out
