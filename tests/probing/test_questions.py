"""The answer to each question, from the replies that are relevant to it."""

from typing import Any

import pytest

from scripts.probing.client import Reply
from scripts.probing.evidence import Evidence
from scripts.probing.questions import QUESTIONS, QuestionResult, answer_questions

OK = 200
Replies = list[tuple[str, Reply]]


def answered(fact: str, replies: Replies, version: str = "v3", **more: Any) -> QuestionResult:
    """Answer one question from replies under one Version."""
    evidence = Evidence([(step, version, reply) for step, reply in replies], **more)
    (result,) = [each for each in answer_questions(evidence, {}) if each.fact == fact]
    return result


def associations(count: int, **more: Any) -> dict[str, Any]:
    return {"associations": [{"key": "k", "firstObjectKey": "contact"}] * count, **more}


def relation(**more: Any) -> dict[str, Any]:
    return {"firstRecordId": "a", **more}


def limits(*counts: int | None, total: int = 5_000) -> Replies:
    """Return the replies to limits 100, 200, 500, 1000; None stands for an error."""
    steps = [f"limit-{limit}" for limit in (100, 200, 500, 1000)]
    return [
        (step, Reply(422, {}) if count is None else Reply(OK, associations(count, total=total)))
        for step, count in zip(steps, counts, strict=False)
    ]


@pytest.mark.parametrize(
    ("fact", "replies", "observed", "n"),
    [
        ("update-body", [("update_association", Reply(OK, {"association": {}}))], "enveloped", 1),
        ("update-body", [("update_association", Reply(OK, {"association": "x"}))], "neither", 1),
        ("get-body", [("get_association", Reply(OK, {"id": "a"}))], "flat", 1),
        ("get-body", [("get_association", Reply(OK, ["a"]))], "neither", 1),
        (
            "object-key-body",
            [
                ("list_associations_by_object_key", Reply(OK, [])),
                ("list_associations_by_object_key", Reply(OK, associations(0))),
                ("list_associations_by_object_key", Reply(OK, {"id": "a"})),
                ("list_associations_by_object_key", Reply(OK, {"associations": {}})),
            ],
            "array / list / neither / single",
            4,
        ),
        (
            "deleted-relation-id",
            [("delete_relation", Reply(OK, {"id": "a"})), ("delete_relation", Reply(OK, {}))],
            "sometimes",
            2,
        ),
        ("total", [("list_associations", Reply(OK, associations(0, total=0)))], "always", 1),
        ("total", [("list_associations", Reply(OK, {"id": "a"}))], "", 0),  # no list
        ("total", [("list_relations", Reply(OK, {"relations": []}))], "never", 1),
        ("trace-id", [("x", Reply(OK, {"traceId": "t"})), ("x", Reply(404, {}))], "sometimes", 2),
        ("error-name", [("x", Reply(OK, {})), ("x", Reply(404, {"error": "e"}))], "always", 1),
        ("relation-id", [("create_relation", Reply(OK, relation(id="a")))], "always", 1),
        (
            "primary",
            [("filter-commas", Reply(OK, {"relations": [relation(primary=True), relation()]}))],
            "sometimes",
            2,
        ),
        ("association-key", [("create_relation", Reply(OK, relation(associationKey="k")))], "", 0),
        ("versions", [("list_associations", Reply(OK, associations(1)))], "", 0),
        ("paging", [("no-paging", Reply(422, {}))], "required", 1),
        ("default-limit", [("no-paging", Reply(422, {}))], "none", 1),
        ("default-limit", [("no-paging", Reply(OK, associations(2, total=3)))], "2", 1),
        (
            "default-limit",
            [("no-paging", Reply(OK, associations(2, total=2)))],
            "all that there were",
            1,
        ),
        ("default-limit", [("no-paging", Reply(OK, associations(2)))], "", 0),  # without a total
        ("largest-limit", [], "", 0),
        ("largest-limit", limits(None), "below 100", 1),
        ("largest-limit", limits(100, None), "up to 100, not 200", 1),
        ("largest-limit", limits(100, 100), "cut to 100", 1),
        ("largest-limit", limits(100, 200, None), "up to 200 or more", 1),
        ("largest-limit", limits(7, 7, 7, 7, total=7), "up to 200 or more", 1),
        (
            "missing-id",
            [("missing-id", Reply(status, {})) for status in (404, 400)],
            "400 / 404",
            2,
        ),
        ("trailing-slash", [("no-slash", Reply(301, None))], "redirected", 1),
        ("trailing-slash", [("no-slash", Reply(404, {}))], "refused", 1),
        (
            "refused-429",
            [("refused", Reply(429, None, {"retry-after": "1"}))],
            "no JSON, Retry-After, no X-RateLimit headers",
            1,
        ),
        (
            "refused-429",
            [("refused", Reply(429, {}, {"X-RateLimit-Max": "1"}))],
            "JSON, no Retry-After, X-RateLimit headers",
            1,
        ),
    ],
)
def test_an_answer_is_taken_from_the_relevant_replies(
    fact: str, replies: Replies, observed: str, n: int
) -> None:
    result = answered(fact, replies)
    assert (result.observed, result.n) == (observed, n)


def test_no_question_has_an_answer_without_a_reply() -> None:
    results = answer_questions(Evidence(), {})
    assert [each.fact for each in results] == [*QUESTIONS]
    assert {(each.observed, each.n, each.has_deviation) for each in results} == {("", 0, False)}


@pytest.mark.parametrize(
    ("created", "observed"),
    [([False, False], "never"), ([True, False], "sometimes"), ([True, True], "always")],
)
def test_a_creation_in_spite_of_an_error_is_counted(created: list[bool], observed: str) -> None:
    result = answered("refused-yet-made", [], created_despite_error=created)
    assert (result.observed, result.n) == (observed, 2)


@pytest.mark.parametrize(
    ("bodies", "observed"),
    [
        (
            {"repeated": ["a", "b"], "commas": ["b", "a", "a"], "brackets": ["a"]},
            "repeated, commas",
        ),
        ({"repeated": [], "commas": ["a", "b", "c"]}, "none"),
        ({"brackets": ["a", "b"]}, "brackets"),
        ({}, ""),
    ],
)
def test_a_notation_is_supported_if_it_lists_the_relations_of_all_given_ids_and_no_others(
    bodies: dict[str, list[str]], observed: str
) -> None:
    replies = [
        (f"filter-{form}", Reply(OK, {"relations": [relation(associationId=id) for id in ids]}))
        for form, ids in bodies.items()
    ]
    assert answered("association-ids", replies, filtered_by={"a", "b"}).observed == observed


def in_both_versions(step: str, old: Any, new: Any) -> Evidence:
    return Evidence([(step, "2021-07-28", Reply(OK, old)), (step, "v3", Reply(OK, new))])


@pytest.mark.parametrize(
    ("old", "new", "observed"),
    [
        (relation(), relation(associationKey="k"), "under v3"),
        (relation(associationKey="k"), relation(associationKey="k"), "always"),
        (relation(associationKey="k"), relation(), "sometimes"),
        (relation(), relation(), "never"),
        ([relation(), relation(associationKey="k")], relation(associationKey="k"), "sometimes"),
        (relation(), [relation(), relation(associationKey="k")], "sometimes"),
    ],
)
def test_the_key_of_an_association_may_be_in_the_newest_version_only(
    old: Any, new: Any, observed: str
) -> None:
    evidence = in_both_versions("list_relations", old, new)
    answers = [*QUESTIONS["association-key"](evidence)]
    assert {*answers} == {observed}
    assert len(answers) == sum(len(each) if isinstance(each, list) else 1 for each in (old, new))


ASSOCIATION = {"key": "k", "firstObjectKey": "contact"}


def test_fields_of_only_one_version_are_named_unless_the_name_may_be_data() -> None:
    evidence = in_both_versions(
        "list_associations",
        {**ASSOCIATION, "firstObjectLabel": "A", "traceId": "t"},
        {**ASSOCIATION, "secretName": "A"},
    )
    evidence.replies += in_both_versions("list_relations", relation(id="r"), relation()).replies
    assert [*QUESTIONS["versions"](evidence)] == [
        "associations.another field, associations.firstObjectLabel, relations.id"
    ]
    same = in_both_versions("list_associations", ASSOCIATION, ASSOCIATION)
    same.replies += in_both_versions("list_relations", relation(), relation()).replies
    assert [*QUESTIONS["versions"](same)] == ["none"]


@pytest.mark.parametrize(
    ("observed", "n", "confidence"),
    [
        ("", 0, "not settled"),
        ("flat", 1, "likely, 1 observed"),
        ("flat", 2, "likely, 2 observed"),
        ("flat", 3, "sure, 3 observed"),
        ("enveloped / flat", 9, "mixed, 9 observed"),
        ("sometimes", 9, "mixed, 9 observed"),
    ],
)
def test_three_agreeing_replies_are_sure(observed: str, n: int, confidence: str) -> None:
    assert QuestionResult("f", "?", "flat", observed, n).confidence == confidence


def test_an_answer_deviates_if_the_contract_has_another_one() -> None:
    evidence = Evidence([("missing-id", "v3", Reply(404, {}))])
    contract = {"x-wire": {"missing-id": {"asks": "Which status?", "answer": "400"}}}
    results = {each.fact: each for each in answer_questions(evidence, contract)}
    missing = results["missing-id"]
    assert (missing.question, missing.expected, missing.observed) == ("Which status?", "400", "404")
    assert missing.has_deviation
    unknown = results["missing-key"]
    assert (unknown.question, unknown.expected) == ("missing-key", "–")  # noqa: RUF001 - a dash
