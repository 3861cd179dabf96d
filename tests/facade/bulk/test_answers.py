"""What the answer to a batch says of its pairs."""

from typing import Any

import pytest

from facade._core.response import status_error
from facade.bulk.answers import Answer, Doubt, Ids, read_entries, read_error
from facade.errors import AssociationsError, ConnectFailedError, ConnectionLostError

HUB = [("hub", "p1"), ("hub", "p2"), ("c3", "p3")]
EXISTS = "Can not create duplicate relation of object Ids for given association 6b1f"
INVALID = "Invalid record id : 'p1' for association : owner_pet"


def summary(answer: Answer) -> dict[str, list[Ids]]:
    """Return the pairs of an answer by what it says of them, in the order of the batch."""
    kinds = ("created", "existing", "alone", "open")
    found = {kind: [pair for pair in HUB if pair in getattr(answer, kind)] for kind in kinds}
    assert sum(map(len, found.values())) == len(HUB)
    return {kind: pairs for kind, pairs in found.items() if pairs}


@pytest.mark.parametrize(
    ("entries", "found", "doubt"),
    [
        ([], {"created": HUB}, Doubt.NONE),
        ([{"error": INVALID}], {"created": HUB[1:], "alone": HUB[:1]}, Doubt.NONE),
        (
            [{"error": "Max relation limit[1] reached for record[hub] for ..."}],
            {"created": HUB[2:], "open": HUB[:2]},
            Doubt.SOME_FAILED,
        ),
        (
            [{"error": "Max relation limit[1] reached for record[hub] for ..."}] * 2,
            {"created": HUB[2:], "open": HUB[:2]},
            Doubt.ALL_FAILED,
        ),
        (
            [{"error": "duplicate", "firstRecordId": "hub", "secondRecordId": "p2"}],
            {"created": HUB[::2], "existing": HUB[1:2]},
            Doubt.NONE,
        ),
        (
            [{"error": {"pair": ["c3", "p3"]}}, {"error": "record[p1]"}],
            {"created": HUB[1:2], "alone": HUB[::2]},
            Doubt.NONE,
        ),
        ([{"error": EXISTS}], {"open": HUB}, Doubt.SOME_EXIST),
        ([{"error": EXISTS}] * 2, {"open": HUB}, Doubt.SOME_EXIST),
        ([{"error": EXISTS}] * 3, {"existing": HUB}, Doubt.NONE),
        ([{"error": EXISTS}] * 4, {"open": HUB}, Doubt.ALL_REFUSED),
        (
            [{"error": EXISTS}, {"error": INVALID}],
            {"alone": HUB[:1], "open": HUB[1:]},
            Doubt.SOME_EXIST,
        ),
        (
            [{"error": EXISTS}, {"error": INVALID}, {"error": EXISTS}],
            {"alone": HUB[:1], "existing": HUB[1:]},
            Doubt.NONE,
        ),
        ([{"error": EXISTS}, {"error": "Try again"}], {"open": HUB}, Doubt.SOME_FAILED),
        ([{"error": EXISTS}, None, None], {"open": HUB}, Doubt.ALL_REFUSED),
        (
            [{"error": "record[p1]"}, {"error": "Something went wrong"}],
            {"alone": HUB[:1], "open": HUB[1:]},
            Doubt.SOME_FAILED,
        ),
        ([{"error": "for hub and p1"}], {"open": HUB}, Doubt.SOME_FAILED),  # words are no ids
        ([None], {"open": HUB}, Doubt.SOME_FAILED),
        ([None] * 3, {"open": HUB}, Doubt.ALL_FAILED),
        (["p3"], {"created": HUB[:2], "alone": HUB[2:]}, Doubt.NONE),
    ],
)
def test_a_pair_is_created_or_existing_only_if_the_entries_leave_no_doubt(
    entries: list[Any], found: dict[str, list[Ids]], doubt: Doubt
) -> None:
    answer = read_entries(HUB, entries)
    assert (summary(answer), answer.doubt) == (found, doubt)


def refusal(status: int, message: str = "No") -> AssociationsError:
    return status_error(
        method="POST",
        path="/associations/relations/bulk",
        status_code=status,
        headers={},
        body={"message": message},
    )


@pytest.mark.parametrize(
    ("error", "found", "doubt"),
    [
        *[(refusal(one), {"open": HUB}, Doubt.NOT_OFFERED) for one in (401, 403, 404, 405, 501)],
        *[(refusal(one), {"open": HUB}, Doubt.REFUSED) for one in (400, 409, 422)],
        (refusal(413), {"open": HUB}, Doubt.TOO_LARGE),
        (refusal(400, EXISTS), {"open": HUB}, Doubt.ONE_EXISTS),
        (refusal(409, EXISTS), {"open": HUB}, Doubt.ONE_EXISTS),
        (refusal(422, INVALID), {"alone": HUB[:1], "open": HUB[1:]}, Doubt.ONE_NAMED),
        (
            refusal(400, "duplicate relation of [c3]"),
            {"existing": HUB[2:], "open": HUB[:2]},
            Doubt.ONE_NAMED,
        ),
        (refusal(400, "limit for record[hub]"), {"open": HUB}, Doubt.REFUSED),
        (refusal(429), {"open": HUB}, Doubt.NOT_SENT),
        (ConnectFailedError("no connection"), {"open": HUB}, Doubt.NOT_SENT),
        (ConnectionLostError("lost"), {"open": HUB}, Doubt.LOST),
        *[(refusal(one), {"open": HUB}, Doubt.LOST) for one in (500, 502, 503)],
    ],
)
def test_an_error_leaves_all_pairs_open_but_one_that_it_names(
    error: AssociationsError, found: dict[str, list[Ids]], doubt: Doubt
) -> None:
    answer = read_error(HUB, error)
    assert (summary(answer), answer.doubt) == (found, doubt)


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (read_entries(HUB, []), False),
        (read_entries(HUB, [{"error": "Try again"}]), False),
        (read_entries(HUB, [{"error": EXISTS}]), True),
        (read_entries(HUB, [{"error": EXISTS}] * 3), True),
        (read_error(HUB, refusal(400, EXISTS)), True),
        (read_error(HUB, refusal(400)), False),
    ],
)
def test_an_answer_that_refuses_a_duplicate_shows_that_batches_do(
    answer: Answer, shown: bool
) -> None:
    assert answer.shows_duplicates is shown


@pytest.mark.parametrize("known", [None, HUB[2]])
def test_a_truncated_batch_leaves_open_what_seemed_to_be_created(known: Ids | None) -> None:
    answer = read_entries(HUB, [{"error": INVALID}]).without_created(known)
    expected = {"created": [known], "open": HUB[1:2]} if known else {"open": HUB[1:]}
    assert summary(answer) == {"alone": HUB[:1], **expected}
    assert answer.doubt is Doubt.LOST


def test_only_some_doubts_leave_open_pairs_that_may_be_related() -> None:
    assert {doubt.name for doubt in Doubt if doubt.may_be_related} == {
        "SOME_EXIST",
        "SOME_FAILED",
        "ONE_EXISTS",
        "ONE_NAMED",
        "REFUSED",
        "LOST",
    }
