"""How replies answer a question."""

from typing import Any

import pytest

from facade._core.operations import VERSIONS
from scripts.evidence.answers import Evidence
from scripts.evidence.client import Reply
from scripts.evidence.questions import QUESTIONS, QuestionResult, answer_questions

Replies = list[tuple[str, Reply]]
BY_KEY = "list_associations_by_object_key"
ASSOCIATION = {"key": "k", "firstObjectKey": "contact"}
CARDINALITIES = ASSOCIATION | {"firstObjectToSecondObjectCardinality": "ONE_TO_ONE"}


def answered(fact: str, replies: Any, **more: Any) -> QuestionResult:
    """Answer one question from replies under one Version, or whether each creation was refused."""
    if fact == "refused-yet-made":
        evidence = Evidence(created_despite_error=replies)
    else:
        evidence = Evidence([(step, "v3", reply) for step, reply in replies], **more)
    (result,) = [each for each in answer_questions(evidence, {}) if each.fact == fact]
    return result


def ok(step: str, *bodies: Any) -> Replies:
    return [(step, Reply(200, body)) for body in bodies]


def refused(step: str, status: int, **headers: str) -> Replies:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return [(step, Reply(status, {"error": "e"}, named))]


def associations(count: int, **more: Any) -> dict[str, Any]:
    return {"associations": [ASSOCIATION] * count, **more}


def relation(**more: Any) -> dict[str, Any]:
    return {"firstRecordId": "a", **more}


def limits(*counts: int | None, total: int = 5_000) -> Replies:
    """Return the replies to limits 100, 200, 500, 1000; None stands for an error."""
    step = "largest-limit"
    each = (
        refused(step, 422) if n is None else ok(step, associations(n, total=total)) for n in counts
    )
    return [reply for replies in each for reply in replies]


FORMS = ok(BY_KEY, [], associations(0), {"id": "a"}, {"associations": {}})
WAIT = [("refused-429", Reply(429, None, {"retry-after": "1"}))]
RATE = refused("refused-429", 429, X_RateLimit_Max="1")
SOME_PRIMARY = ok("association-ids", {"relations": [relation(primary=True), relation()]})


@pytest.mark.parametrize(
    ("fact", "replies", "observed", "n"),
    [
        ("update-body", ok("update_association", {"association": {}}), "enveloped", 1),
        ("update-body", ok("update_association", {"association": "x"}), "neither", 1),
        ("get-body", ok("get_association", {"id": "a"}), "flat", 1),
        ("get-body", ok("get_association", ["a"]), "neither", 1),
        ("get-body", refused("get_association", 404), "", 0),
        ("object-key-body", FORMS, "array / list / neither / single", 4),
        ("deleted-relation-id", ok("delete_relation", {"id": "a"}, {}), "sometimes", 2),
        ("total", ok("list_associations", associations(0, total=0)), "always", 1),
        ("total", ok("list_associations", {"id": "a"}), "", 0),  # no list
        ("total", ok("list_relations", {"relations": []}), "never", 1),
        ("trace-id", [*ok("x", {"traceId": "t"}), *refused("x", 404)], "sometimes", 2),
        ("error-name", [*ok("x", {}), *refused("x", 404)], "always", 1),
        ("refused-yet-made", [False, False], "never", 2),
        ("refused-yet-made", [True, False], "sometimes", 2),
        ("relation-id", ok("create_relation", relation(id="a")), "always", 1),
        ("primary", SOME_PRIMARY, "sometimes", 2),
        ("cardinalities", ok("get_association", CARDINALITIES, ASSOCIATION), "sometimes", 2),
        ("association-key", ok("create_relation", relation(associationKey="k")), "", 0),
        ("versions", ok("list_associations", associations(1)), "", 0),
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
        ("trailing-slash", [("trailing-slash", Reply(301, None))], "redirected", 1),
        ("trailing-slash", refused("trailing-slash", 400), "refused", 1),
        ("trailing-slash", ok("trailing-slash", {}), "answered", 1),
        ("refused-429", WAIT, "no JSON, Retry-After, no X-RateLimit headers", 1),
        ("refused-429", RATE, "JSON, no Retry-After, X-RateLimit headers", 1),
    ],
)
def test_an_answer_is_that_of_the_replies(fact: str, replies: Any, observed: str, n: int) -> None:
    result = answered(fact, replies)
    assert (result.observed, result.n) == (observed, n)


@pytest.mark.parametrize(
    ("ids", "observed"),
    [
        (["ab", "baa", "a"], "repeated, commas"),
        (["", "abc", "ab"], "brackets"),
        (["", "abc"], "none"),
        ([], ""),
    ],
)
def test_a_notation_is_supported_if_it_lists_the_relations_of_all_given_ids_and_no_others(
    ids: list[str], observed: str
) -> None:
    replies: Replies = []
    for listed in ids:
        body = {"relations": [relation(associationId=each) for each in listed]}
        replies += ok("association-ids", body)
    assert answered("association-ids", replies, filtered_by={"a", "b"}).observed == observed


def in_both_versions(fact: str, old: list[Any], new: list[Any]) -> list[str]:
    replies = [
        (version, body) for version, each in zip(VERSIONS, (old, new), strict=True) for body in each
    ]
    evidence = Evidence([("x", version, Reply(200, body)) for version, body in replies])
    (question,) = [each for each in QUESTIONS if each.fact == fact]
    return question.observed(evidence, ())


BARE, KEYED = relation(), relation(associationKey="k")
LABEL = {"firstObjectLabel": "A", "traceId": "t"}
OTHER_FIELDS = "associations.another field, associations.firstObjectLabel"


@pytest.mark.parametrize(
    ("fact", "old", "new", "observed"),
    [
        ("association-key", [BARE], [KEYED], ["under v3"] * 2),
        ("association-key", [KEYED], [KEYED], ["always"] * 2),
        ("association-key", [KEYED], [BARE], ["sometimes"] * 2),
        ("association-key", [BARE], [BARE], ["never"] * 2),
        ("association-key", [BARE, KEYED], [KEYED], ["sometimes"] * 3),
        ("association-key", [BARE], [BARE, KEYED], ["sometimes"] * 3),
        ("versions", [ASSOCIATION, BARE], [ASSOCIATION, BARE], ["none"]),
        (  # an unknown name is not printed
            "versions",
            [ASSOCIATION | LABEL, BARE],
            [ASSOCIATION | {"secretName": "A"}, BARE],
            [OTHER_FIELDS],
        ),
    ],
)
def test_a_field_may_be_in_one_version_only(
    fact: str, old: list[Any], new: list[Any], observed: list[str]
) -> None:
    assert in_both_versions(fact, old, new) == observed
