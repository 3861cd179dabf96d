"""How replies answer a question."""

from typing import Any

import pytest

from facade._core.operations import VERSIONS
from scripts.evidence.answers import Evidence
from scripts.evidence.client import Reply
from scripts.evidence.questions import QuestionResult, answer_questions

Replies = list[tuple[str, str, Reply]]
"""Step, Version and reply of each."""
BY_KEY = "list_associations_by_object_key"
OLD, NEW = VERSIONS
ASSOCIATION = {"key": "k", "firstObjectKey": "contact"}
CARDINALITIES = ASSOCIATION | {"firstObjectToSecondObjectCardinality": "ONE_TO_ONE"}


def answered(fact: str, replies: Replies, **more: Any) -> QuestionResult:
    evidence = Evidence(replies, **more)
    (result,) = [each for each in answer_questions(evidence, {}) if each.fact == fact]
    return result


def ok(step: str, *bodies: Any, version: str = NEW) -> Replies:
    return [(step, version, Reply(200, body)) for body in bodies]


def refused(step: str, status: int, body: Any = (), **headers: str) -> Replies:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return [(step, NEW, Reply(status, {"error": "e"} if body == () else body, named))]


def associations(count: int, **more: Any) -> dict[str, Any]:
    return {"associations": [ASSOCIATION] * count, **more}


def relation(**more: Any) -> dict[str, Any]:
    return {"firstRecordId": "a", **more}


def limits(*counts: int | None, total: int = 5_000) -> Replies:
    """Return the replies to limits 100, 200, 500, 1000; None stands for an error."""
    step, replies = "largest-limit", Replies()
    for n in counts:
        replies += refused(step, 422) if n is None else ok(step, associations(n, total=total))
    return replies


def in_versions(old: list[Any], new: list[Any]) -> Replies:
    return ok("x", *old, version=OLD) + ok("x", *new)


BARE, KEYED = relation(), relation(associationKey="k")
LABEL = {"firstObjectLabel": "A", "traceId": "t"}
SECRET = {"secretName": "A"}  # an unknown name is not printed
FORMS = ok(BY_KEY, [], associations(0), {"id": "a"}, {"associations": {}})
SOME_PRIMARY = ok("association-ids", {"relations": [relation(primary=True), relation()]})


@pytest.mark.parametrize(
    ("fact", "replies", "observed", "n"),
    [
        ("update-body", ok("update_association", {"association": {}}), "enveloped", 1),
        ("update-body", ok("update_association", {"association": "x"}), "neither", 1),
        ("get-body", ok("get_association", {"id": "a"}) + ok("x", {}), "flat", 1),
        ("get-body", refused("get_association", 404), "", 0),
        ("object-key-body", FORMS, "array / list / neither / single", 4),
        ("deleted-relation-id", ok("delete_relation", {"id": "a"}, {}), "sometimes", 2),
        (
            "total",
            ok("x", associations(0, total=0)) + refused("x", 400, {"message": []}),
            "always",
            1,
        ),
        ("total", ok("list_associations", {"id": "a"}), "", 0),  # no list
        ("trace-id", ok("x", {"traceId": "t"}) + refused("x", 404), "sometimes", 2),
        ("error-name", ok("x", {}) + refused("x", 404), "always", 1),
        ("relation-id", ok("create_relation", relation(id="a")), "always", 1),
        ("primary", SOME_PRIMARY, "sometimes", 2),
        ("cardinalities", ok("get_association", CARDINALITIES, ASSOCIATION), "sometimes", 2),
        ("paging", refused("paging", 422), "required", 1),
        ("paging", ok("paging", {}), "optional", 1),
        ("default-limit", refused("paging", 422), "none", 1),
        ("default-limit", ok("paging", associations(2, total=3)), "2", 1),
        ("default-limit", ok("paging", associations(2, total=2)), "all that there were", 1),
        ("default-limit", ok("paging", associations(2)), "", 0),  # without a total
        ("largest-limit", [], "", 0),
        ("largest-limit", limits(None), "below 100", 1),
        ("largest-limit", limits(100, None), "up to 100, not 200", 1),
        ("largest-limit", limits(100, 100), "cut to 100", 1),
        ("largest-limit", limits(100, 200, None), "up to 200 or more", 1),
        ("largest-limit", limits(7, 7, 7, 7, total=7), "up to 200 or more", 1),
        ("largest-limit", limits(100, 200, 500, 1000), "up to 200 or more", 1),
        ("largest-limit", ok("largest-limit", associations(2)), "up to 100, not 200", 1),
        ("trailing-slash", refused("trailing-slash", 301, None), "redirected", 1),
        ("trailing-slash", refused("trailing-slash", 400), "refused", 1),
        ("trailing-slash", ok("trailing-slash", {}), "answered", 1),
        (
            "refused-429",
            refused("refused-429", 429, None, retry_after="1"),
            "no JSON, Retry-After, no X-RateLimit headers",
            1,
        ),
        (
            "refused-429",
            refused("refused-429", 429, X_RateLimit_Max="1", Date="d"),
            "JSON, no Retry-After, X-RateLimit headers",
            1,
        ),
        ("association-key", in_versions([], [KEYED]), "", 0),
        ("association-key", in_versions([BARE], [KEYED]), "under v3", 2),
        ("association-key", in_versions([KEYED], [BARE]), "sometimes", 2),
        ("association-key", in_versions([BARE], [BARE]), "never", 2),
        ("association-key", in_versions([BARE, KEYED], [KEYED]), "sometimes", 3),
        ("association-key", in_versions([BARE], [BARE, KEYED]), "sometimes", 3),
        ("versions", in_versions([], [ASSOCIATION, BARE]), "", 0),
        ("versions", in_versions([ASSOCIATION, BARE], [ASSOCIATION, BARE]), "none", 1),
        (
            "versions",
            in_versions([ASSOCIATION | LABEL, BARE], [ASSOCIATION | SECRET, BARE]),
            "associations.another field, associations.firstObjectLabel",
            1,
        ),
    ],
)
def test_an_answer_is_that_of_the_replies(
    fact: str, replies: Replies, observed: str, n: int
) -> None:
    result = answered(fact, replies)
    assert (result.observed, result.n) == (observed, n)


@pytest.mark.parametrize(
    ("ids", "observed"),
    [
        (["ab", "baa", "a"], "repeated, commas"),
        (["", "abc", "ab"], "brackets"),
        (["", "b"], "none"),
    ],
)
def test_a_notation_is_supported_if_it_lists_the_relations_of_all_given_ids_and_no_others(
    ids: list[str], observed: str
) -> None:
    listed = ([relation(associationId=each) for each in one] for one in ids)
    replies = ok("association-ids", *({"relations": each} for each in listed))
    assert answered("association-ids", replies, filtered_by={"a", "b"}).observed == observed


@pytest.mark.parametrize(("made", "observed"), [([False, False], "never"), ([True], "always")])
def test_a_creation_that_is_refused_may_happen(made: list[bool], observed: str) -> None:
    assert answered("refused-yet-made", [], created_despite_error=made).observed == observed
