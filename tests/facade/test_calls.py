"""Ids and keys of a call: none can leave its path segment."""

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import Association, AssociationsClient, NotFoundError
from facade._core.calls import id_list, path_segment
from facade.testing import Sandbox

SIDES = {"first_record_id": "c1", "second_record_id": "p1"}
OWNER_PET = Association(id="a", first_object_key="contact", second_object_key="pet")


@pytest.mark.parametrize("bad", ["", ".", "..", "a" * 1001, "a\ud800"])
@pytest.mark.parametrize(
    "call",
    [
        lambda client, bad: client.associations.get(bad),
        lambda client, bad: client.associations.get_by_key(bad),
        lambda client, bad: client.associations.list_for_object(bad),
        lambda client, bad: client.associations.delete(bad),
        lambda client, bad: client.relations.list(bad),
        lambda client, bad: client.relations.delete(bad),
        lambda client, bad: client.associations.update(
            bad, first_object_label="a", second_object_label="b"
        ),
        lambda client, bad: client.relations.create(bad, **SIDES),
        lambda client, bad: client.relations.create("a", **{**SIDES, "first_record_id": bad}),
        lambda client, bad: client.relations.create("a", **{**SIDES, "second_record_id": bad}),
        lambda client, bad: client.relations.ensure("a", **{**SIDES, "second_record_id": bad}),
        lambda client, bad: client.relations.link(OWNER_PET, {"contact": "c1", "pet": bad}),
        lambda client, bad: list(client.relations.iterate(bad)),
        lambda client, bad: client.relations.list("c1", association_ids=["a", bad]),
        lambda client, bad: list(client.relations.iterate("c1", association_ids=["a", bad])),
    ],
)
def test_an_id_that_would_leave_its_segment_is_refused_before_anything_is_sent(
    client: Any, sandbox: Sandbox, call: Callable[[Any, str], Any], bad: str
) -> None:
    with pytest.raises(ValueError, match=r"not (a valid id or key|valid Unicode)"):
        call(client, bad)
    assert sandbox.requests == []


def test_an_id_has_a_thousand_characters_at_most(client: Any, sandbox: Sandbox) -> None:
    with pytest.raises(NotFoundError):
        client.associations.get("a" * 1000)
    with pytest.raises(ValueError, match="not a valid id or key: 'aaa"):
        client.associations.get("a" * 1001)
    assert len(sandbox.requests) == 1


def test_an_id_that_is_no_text_is_refused(client: Any) -> None:
    with pytest.raises(TypeError, match="an id or key must be text, not NoneType"):
        client.associations.get(None)


@pytest.mark.parametrize("odd", ["../../contacts/x", "a/b", "a?b=c", "a#b", "%2e%2e", "ü", "a b"])
def test_an_odd_id_stays_inside_its_segment(client: Any, sandbox: Sandbox, odd: str) -> None:
    with pytest.raises(NotFoundError):
        client.associations.get(odd)
    assert sandbox.requests[-1].operation == "get_association"


ODD_IDS = [".", "..", "a/../b", "%2e%2e", "a?b", "a#b", "\n", "\ud800", "a" * 5000]
SANDBOX = Sandbox()


@pytest.fixture(scope="module")
def sandbox_client() -> Iterator[AssociationsClient]:
    with AssociationsClient(
        SANDBOX.token, SANDBOX.location_id, transport=SANDBOX.transport(), pace=None
    ) as client:
        yield client


@settings(max_examples=300)
@given(text=st.text() | st.sampled_from(ODD_IDS))
def test_any_text_as_an_id_stays_in_its_segment_or_is_refused(
    sandbox_client: AssociationsClient, text: str
) -> None:
    before = len(SANDBOX.requests)
    try:
        sandbox_client.associations.get(text)
    except NotFoundError:
        assert SANDBOX.requests[-1].operation == "get_association"
    except ValueError:
        assert len(SANDBOX.requests) == before


@pytest.mark.parametrize("call", ["get_association", "delete_association"])
def test_the_generated_client_cannot_be_led_out_of_the_path_either(
    sandbox: Sandbox, call: str
) -> None:
    operation = import_module(f"generated_client.api.associations.{call}")
    with AssociationsClient(
        sandbox.token, sandbox.location_id, transport=sandbox.transport()
    ) as client:
        for id_ in (".", ".."):
            with pytest.raises(ValueError, match="must not contain a path"):
                operation.sync_detailed(id_, client=client.api)
    assert sandbox.requests == []


@pytest.mark.parametrize("ids", ["6a44", 5])
def test_one_association_id_where_a_list_is_expected_is_refused(client: Any, ids: Any) -> None:
    with pytest.raises(TypeError, match="association_ids must be a list of ids"):
        client.relations.list("r1", association_ids=ids)


@pytest.mark.parametrize("ids", [["a", "b"], ("a", "b"), iter(["a", "b"]), {"a": 1, "b": 2}])
def test_a_list_of_ids_may_be_anything_that_yields_them(ids: Any) -> None:
    assert id_list(ids) == ("a", "b")


def test_no_list_of_ids_is_not_an_empty_list_of_ids() -> None:
    assert (id_list(None), id_list([])) == (None, ())


def test_an_id_is_left_as_it_is() -> None:
    assert path_segment("a/b?c#d ü%2e") == "a/b?c#d ü%2e"


def test_an_id_that_is_not_valid_unicode_is_refused() -> None:
    with pytest.raises(ValueError, match="an id or key is not valid Unicode"):
        path_segment("\ud800")
