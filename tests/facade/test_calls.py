"""Ids and keys of a call, which cannot leave their path segment, and its deprecation."""

import re
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facade import NotFoundError
from facade._core.calls import id_list, warn_of_deprecation
from facade._core.concurrency import Jobs, ends_within
from facade._core.operations import DEPRECATED
from facade.testing import Sandbox
from tests.facade.bulk.runs import make_client
from tests.facade.operations import METHODS, arguments_of, call

IDS = {"association_id", "first_record_id", "object_key", "record_id", "relation_id"}
IDS |= {"second_record_id"}
WITHOUT_IDS = {f"associations.{method}" for method in ("list", "iterate", "create", "ensure")}
REFUSED = ["", ".", "..", "a" * 1001, "a\ud800"]
ODD = ["../../contacts/x", "a/b", "a?b=c", "a#b", "%2e%2e", "a b", "\n", "a" * 1000]


@pytest.mark.parametrize("name", METHODS)
def test_an_id_that_would_leave_its_segment_is_not_sent(
    client: Any, sandbox: Sandbox, name: str
) -> None:
    arguments = arguments_of(name)
    ids = IDS | ({"key"} if name == "associations.get_by_key" else set())
    changes: list[tuple[str, Any]] = []
    for odd in REFUSED:
        pair = {"contact": "c1", "custom_objects.pet": odd}
        within: dict[str, Any] = {"association_ids": ["a", odd], "records": pair}
        changes += [(one, within.get(one, odd)) for one in arguments if one in ids | {*within}]
    for changed, value in changes:
        with pytest.raises(ValueError, match=r"not (a valid id or key|valid Unicode)"):
            call(client, name, **{**arguments, changed: value})
    assert bool(changes) is (name not in WITHOUT_IDS)
    assert sandbox.requests == []


def test_any_text_as_an_id_stays_in_its_segment_or_is_refused(sandbox: Sandbox) -> None:
    with make_client(sandbox) as client:

        @settings(max_examples=100)
        @given(text=st.text() | st.sampled_from([*REFUSED, *ODD]))
        def check(text: str) -> None:
            before = len(sandbox.requests)
            with pytest.raises((NotFoundError, ValueError)) as raised:
                client.associations.get(text)
            if isinstance(raised.value, NotFoundError):
                assert sandbox.requests[-1].operation == "get_association"
                assert re.fullmatch("/associations/[!->@-~]+", raised.value.path)
                assert text not in REFUSED
            else:
                assert len(sandbox.requests) == before
                assert text not in ODD

        check()


def test_a_list_of_ids_is_anything_that_yields_text_but_not_one_id(client: Any) -> None:
    with pytest.raises(TypeError, match="an id or key must be text, not NoneType"):
        client.associations.get(None)
    for ids in ("6a44", 5):
        with pytest.raises(TypeError, match="association_ids must be a list of ids"):
            client.relations.list("r1", association_ids=ids)
    assert id_list(iter(["a", "b"])) == id_list({"a": 1, "b": 2}) == ("a", "b")
    assert (id_list(None), id_list([])) == (None, ())  # none is not an empty list
    with pytest.raises(ValueError, match="not valid Unicode") as raised:
        id_list(["a\ud800"])
    assert isinstance(raised.value.__cause__, UnicodeEncodeError)


@pytest.mark.parametrize(("day", "end"), [("2030-12-31", " and ends it on 2030-12-31"), ("", "")])
def test_a_deprecated_operation_warns_where_the_app_sends_it(
    monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox, day: str, end: str
) -> None:
    monkeypatch.setitem(DEPRECATED, "list_associations", day)
    monkeypatch.setitem(globals(), "__name__", "facades")  # of an app
    said = f"^HighLevel has deprecated GET /associations/{end}$"
    with make_client(sandbox) as client:
        with pytest.warns(DeprecationWarning, match=said) as caught:
            client.associations.list()
        client.relations.list("c1")
    (warning,) = caught
    assert warning.filename == __file__
    warn = partial(warn_of_deprecation, "list_associations")
    with pytest.warns(DeprecationWarning, match=said):  # in a thread, which has no frame of the app
        assert ends_within(Jobs().start("warns", warn), 60)
