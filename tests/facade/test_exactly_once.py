"""Several clients, lost answers and lagging lists: each write happens once, and all agree on it.

A state machine calls the facade, and compares what it returns and what the sandbox has with a
simple model of associations and relations.
"""

import asyncio
import random
import sys
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any

import hypothesis
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from facade import Association, AsyncAssociationsClient, BadRequestError, NotFoundError
from facade.testing import Fault, Sandbox, faults
from tests.facade.driving import Clock

CONTACT, PET, TOY = "contact", "custom_objects.pet", "custom_objects.toy"
KINDS = {"owner_pet": (CONTACT, PET), "keeper_pet": (CONTACT, PET), "pet_toy": (PET, TOY)}
RECORDS = {CONTACT: ("c1", "c2"), PET: ("p1",), TOY: ("t1",)}  # few, so that calls meet
CREATIONS = {"create_association", "create_relation"}
WRITES = CREATIONS | {"update_association", "delete_association", "delete_relation"}
VARIANTS = st.fixed_dictionaries(
    {
        "relation_list_body": st.sampled_from(["list", "by_record"]),
        "total": st.sampled_from(["always", "zero", "wrong"]),
        "association_filter": st.sampled_from(["applied", "ignored"]),
        "sides": st.sampled_from(["kept", "swapped"]),
        "listed_sides": st.sampled_from(["kept", "reversed", "mixed"]),
        "listed_for": st.sampled_from(["both", "first"]),
        "list_lag": st.sampled_from([0.0, 4.0]),
    },
)
# Each happens once, to any request or to some; what is asked for is possible all the same.
FAULTS: dict[str, tuple[Fault, set[str] | None]] = {
    "lost before": (faults.drop("before_work"), None),
    "lost after": (faults.drop("after_work"), None),
    "502": (faults.fail(502), None),
    "429": (faults.rate_limit(retry_after=1), None),
    "empty": (faults.empty(), WRITES),
    "422 after": (faults.false_422(), CREATIONS),
}
FAULTY = st.lists(st.sampled_from(sorted(FAULTS)), max_size=2)
RACES = st.lists(st.sampled_from(["create", "ensure", "link"]), min_size=1, max_size=3)
CLIENTS = st.integers(0, 2)
ORDERS = st.permutations(range(3))  # of the clients that race
KEYS = st.sampled_from(sorted(KINDS))
FILTERS = st.none() | st.sets(KEYS)
PLACES = st.integers(0, 1)  # of the contact of a pair
Relation = tuple[str, str, str]  # the key of the association, and the records of its sides


class Machine(RuleBasedStateMachine):
    """Three async clients, one sandbox, and what the sandbox should have."""

    clock: Clock  # which the waits of the clients move

    @initialize(variants=VARIANTS)
    def start(self, variants: dict[str, Any]) -> None:
        self.sandbox = Sandbox(clock=self.clock, **variants)
        self.lag = float(variants["list_lag"])
        self.listed_for = variants["listed_for"]
        self.runner, transport = asyncio.Runner(), self.sandbox.transport()
        self.clients = [
            AsyncAssociationsClient(
                self.sandbox.token, "sandbox-location", transport=transport, pace=None
            )
            for _ in range(3)
        ]
        self.associations: dict[str, Association] = {}
        self.relations: set[Relation] = set()
        self.labels = 0
        for key in ("owner_pet", "keeper_pet"):
            self.associate(0, key, "create", [])

    def teardown(self) -> None:
        if hasattr(self, "runner"):
            self.run(*(one.close() for one in self.clients))
            self.runner.close()

    def run(self, *calls: Coroutine[Any, Any, Any], faulty: Iterable[str] = ()) -> list[Any]:
        """Make calls at the same time; return the result of each, or its error."""
        for name in faulty:
            fault, on = FAULTS[name]
            self.sandbox.misbehave(fault, on=on, times=1)

        async def main() -> list[Any]:
            return await asyncio.gather(*calls, return_exceptions=True)

        results = self.runner.run(main())
        self.sandbox.stop_faults()
        return results

    def ids(self) -> dict[Relation, str]:
        keys = {one["id"]: one["key"] for one in self.sandbox.associations()}
        return {
            (keys[one["associationId"]], one["firstRecordId"], one["secondRecordId"]): one["id"]
            for one in self.sandbox.relations()
        }

    @rule(client=CLIENTS, key=KEYS, method=st.sampled_from(["create", "ensure"]), faulty=FAULTY)
    def associate(self, client: int, key: str, method: str, faulty: list[str]) -> None:
        was = self.associations.get(key)
        first, second = KINDS[key]
        self.labels += was is None
        labels: Sequence[str | None] = (f"{key} of {self.labels}", f"{key} to {self.labels}")
        if was is not None:
            labels = (was.first_object_label, was.second_object_label)
            labels = labels if was.first_object_key == first else labels[::-1]
        call: Callable[..., Any] = getattr(self.clients[client].associations, method)
        objects = {"first_object_key": first, "second_object_key": second}
        named = {"first_object_label": labels[0], "second_object_label": labels[1]}
        (result,) = self.run(call(key=key, **objects, **named), faulty=faulty)
        if isinstance(result, BaseException):
            assert isinstance(result, BadRequestError), result
            assert (method, was is None) == ("create", False)
            return
        item = result.item if method == "ensure" else result
        if not faulty:
            assert method == "ensure" or was is None
            assert method == "create" or result.created is (was is None)
        if was is not None:
            assert item.id == was.id
        self.associations[key] = item

    @rule(client=CLIENTS, key=KEYS, faulty=FAULTY)
    def rename(self, client: int, key: str, faulty: list[str]) -> None:
        if key not in self.associations:
            return
        self.labels += 1
        labels: dict[str, Any] = {
            "first_object_label": f"{key} new of {self.labels}",
            "second_object_label": f"{key} new to {self.labels}",
        }
        call = self.clients[client].associations.update(self.associations[key].id, **labels)
        (found,) = self.run(call, faulty=faulty)
        assert (found.first_object_label, found.second_object_label) == (*labels.values(),)
        self.associations[key] = found

    @rule(client=CLIENTS, key=KEYS, faulty=FAULTY)
    def dissociate(self, client: int, key: str, faulty: list[str]) -> None:
        association = self.associations.pop(key, None)
        call = self.clients[client].associations.delete(association.id if association else "none")
        self.delete(call, association is not None, faulty)
        self.relations = {one for one in self.relations if one[0] != key}

    @precondition(lambda self: self.associations)
    @rule(order=ORDERS, key=KEYS, place=PLACES, methods=RACES, faulty=FAULTY)
    def relate(
        self, order: list[int], key: str, place: int, methods: list[str], faulty: list[str]
    ) -> None:
        key = key if key in self.associations else min(self.associations)
        association, sent = self.associations[key], len(self.sandbox.requests)
        sides = association.first_object_key or "", association.second_object_key or ""
        first, second = (RECORDS[one][place % len(RECORDS[one])] for one in sides)
        relation = (key, first, second)
        was_there = relation in self.relations
        calls: list[Any] = []
        for number, method in zip(order, methods, strict=False):
            call: Callable[..., Any] = getattr(self.clients[number].relations, method)
            if method == "link":
                calls.append(call(association, dict(zip(sides, (first, second), strict=True))))
            else:
                calls.append(call(association.id, first_record_id=first, second_record_id=second))
        results = self.run(*calls, faulty=faulty)
        is_alone = len(methods) == 1
        for method, result in zip(methods, results, strict=True):
            if isinstance(result, BaseException):
                assert isinstance(result, BadRequestError), result
                assert method == "create", result
                assert was_there or not is_alone, result
            else:
                item = result if method == "create" else result.item
                assert item.id in ("", self.ids()[relation])
        if not faulty:
            creators = [
                one for one in results if getattr(one, "created", not isinstance(one, Exception))
            ]
            assert len(creators) == (not was_there)
        if is_alone and not was_there and self.lag == 0:
            # What was done is never sent again, and so not refused.
            posts = [one for one in self.sandbox.requests[sent:] if one.method == "POST"]
            assert 400 not in [one.status for one in posts]
        self.relations.add(relation)

    @rule(client=CLIENTS, number=st.integers(0, 5), faulty=FAULTY)
    def unrelate(self, client: int, number: int, faulty: list[str]) -> None:
        known = sorted(self.relations)
        relation = known[number] if number < len(known) else None
        relation_id = self.ids()[relation] if relation else "none"
        call = self.clients[client].relations.delete(relation_id)
        self.delete(call, relation is not None, faulty)
        self.relations.discard(relation or ("", "", ""))

    def delete(self, call: Coroutine[Any, Any, None], was_there: bool, faulty: list[str]) -> None:
        (result,) = self.run(call, faulty=faulty)
        if result is None:
            assert was_there or faulty
        else:
            assert isinstance(result, NotFoundError), result
            assert not was_there

    @rule(client=CLIENTS, record=st.sampled_from(["c1", "c2", "p1"]), keys=FILTERS, faulty=FAULTY)
    def read(self, client: int, record: str, keys: set[str] | None, faulty: list[str]) -> None:
        self.clock.now += self.lag
        wanted = None if keys is None else keys & self.associations.keys()
        ids = None if wanted is None else [self.associations[one].id for one in sorted(wanted)]

        async def others() -> Counter[str]:
            relations = self.clients[client].relations
            found = relations.iterate(record, association_ids=ids, page_size=2)
            return Counter([one.other(record) async for one in found])

        sides = {"both": (1, 2), "first": (1,)}[self.listed_for]
        (found,) = self.run(others(), faulty=faulty)
        assert found == Counter(
            one[3 - side]
            for one in self.relations
            for side in sides
            if one[side] == record and (wanted is None or one[0] in wanted)
        )

    @invariant()
    def the_sandbox_has_what_the_model_has(self) -> None:
        if not hasattr(self, "sandbox"):
            return
        assert self.ids().keys() == self.relations
        assert len(self.sandbox.relations()) == len(self.relations)
        stored = {one["key"]: one for one in self.sandbox.associations()[4:]}
        assert stored.keys() == self.associations.keys()
        for key, one in self.associations.items():
            assert stored[key]["id"] == one.id
            assert stored[key]["firstObjectKey"] == one.first_object_key
            assert stored[key]["firstObjectLabel"] == one.first_object_label


@pytest.mark.parametrize(
    "is_long", [False, pytest.param(True, marks=[pytest.mark.proof, pytest.mark.long])]
)
def test_clients_agree_with_a_model_of_highlevel(
    is_long: bool, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    clock = Clock()

    async def sleep(seconds: float) -> None:
        clock.now += seconds
        await asyncio.sleep(0)

    monkeypatch.setattr("facade._core.concurrency.async_sleep", sleep)
    machine = type("Machine", (Machine,), {"clock": clock})
    chosen = settings(max_examples=40, stateful_step_count=15, derandomize=True)
    if is_long:
        given = pytestconfig.getoption("--hypothesis-seed")
        seed = random.SystemRandom().randrange(2**32) if given is None else int(given)
        sys.stdout.write(f"--hypothesis-seed={seed}\n")  # shown if the test fails
        machine = hypothesis.seed(seed)(machine)
        chosen = settings(max_examples=300, stateful_step_count=30)
    run_state_machine_as_test(machine, settings=chosen)
