"""What is asked, and how a refusal is quoted without data."""

from typing import Any

import pytest

from facade._core.response import _PATTERNS
from scripts.evidence.answers import Evidence
from scripts.evidence.client import Reply
from scripts.evidence.questions import QUESTIONS, QuestionResult, answer_questions, masked
from tests.evidence.recordings import CONTRACT

VALUES = {
    name: f"<{name}>"
    for name in "location key association first second one two missing missing_key".split()
}
LOCATED, FIRST = {"locationId": "<location>"}, "firstObjectLabel"
RECORDS = {"firstRecordId": "<first>", "secondRecordId": "<second>"}
RELATE = [("", {**LOCATED, **RECORDS, "associationId": "<association>"})]
SENT: dict[str, list[tuple[Any, ...]]] = {
    "association-ids": [
        ("<first>", {"associationIds": ["<one>", "<two>"]}),
        ("<first>", {"associationIds": "<one>,<two>"}),
        ("<first>", {"associationIds[]": ["<one>", "<two>"]}),
    ],
    "paging": [("", LOCATED)],
    "largest-limit": [("", {"limit": limit}) for limit in (100, 200, 500, 1000)],
    "trailing-slash": [("", {**LOCATED, "skip": 0, "limit": 100})],
    "missing-id": [("<missing>", {})],
    "missing-key": [("<missing_key>", LOCATED)],
    "other-location": [("", {"locationId": "0" * 24})],
    "unknown-version": [("", LOCATED)],
    "unknown-field": [("0" * 24, {"page": 1})],
    "equal-labels": [("<association>", {FIRST: "<key>", "secondObjectLabel": "<key>"})],
    "duplicate-key": [("", {**LOCATED, "key": "<key>", FIRST: "Third <key>"})],
    "duplicate-relation": RELATE,
    "relation-limit": RELATE,
    "invalid-record": RELATE,
}


def test_each_question_sends_its_requests() -> None:
    assert {each.fact for each in QUESTIONS if each.requests} == SENT.keys()
    for question in (each for each in QUESTIONS if each.requests):
        for request, (argument, fields) in zip(question.requests, SENT[question.fact], strict=True):
            filled = request.filled(VALUES)
            assert filled.argument == argument
            assert {**(filled.query or {}), **(filled.body or {})}.items() >= fields.items()


def test_each_refusal_that_the_facade_tells_apart_by_its_text_is_asked_for() -> None:
    asked = {each.refusal for each in QUESTIONS} - {""}
    # The text of an unknown field decides the advice of its error, not the class.
    assert asked == {each.kind.__name__ for each in _PATTERNS} | {"UnprocessableEntityError"}


def test_each_question_has_its_words_and_an_expected_answer_in_the_contract() -> None:
    written = {name for name in CONTRACT.document["x-wire"] if not name.startswith("values-of-")}
    assert {each.fact for each in QUESTIONS} == written - {"auth-methods", "token-types"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("400 Duplicate Association key", "400 Duplicate Association key"),
        ("400 Duplicate Customer key", "400 Duplicate * key"),
        ("401 Token's type is wrong!", "401 Token's type is wrong!"),
        ("400 limit[12] for record[6b1f00]", "400 limit[*] for record[*]"),
        ("422 no 'student_tutor' for a.b@c.example or +491771", "422 no '*' for * or +*"),
        ("403 no access to quietplace", "403 no access to *"),
        ("403 Jos\u00e9 \u202e jos\u00e9", "403 * \u202e *"),
        ("409 one / two\n three", "409 one/two three"),
        ("500 ", "500"),
        ("500 " + "word " * 60, "500" + " word" * 39 + " w"),
    ],
)
def test_a_refusal_is_quoted_without_what_could_be_data(text: str, expected: str) -> None:
    assert masked(text, {"association"}, ("quietplace", "")) == expected


def test_a_refusal_is_read_from_the_replies_to_its_requests_or_from_those_of_its_class() -> None:
    replies = [
        ("duplicate-key", "v3", Reply(201, {"id": "a"})),
        ("duplicate-key", "v3", Reply(409, {}, {}, "Taken by Ada")),
        ("duplicate-key", "v3", Reply(500, {}, {}, "failed", "ServerError")),
        ("duplicate-key", "v3", Reply(429, {}, {}, "slower", "RateLimitError")),
        ("list_relations", "v3", Reply(401, {}, {}, "No scope", "MissingScopeError")),
        ("get_association", "v3", Reply(400, {}, {}, "taken", "DuplicateAssociationError")),
    ]
    results = answer_questions(Evidence(replies), CONTRACT.document)
    found = {each.fact: (each.observed, each.n) for each in results if each.observed}
    assert found["duplicate-key"] == ("201 is accepted / 409 Taken by *", 2)
    assert found["missing-scope"] == ("401 No scope", 1)
    assert "token-type" not in found


def test_no_question_has_an_answer_without_a_reply() -> None:
    results = answer_questions(Evidence(), {})
    assert [each.fact for each in results] == [each.fact for each in QUESTIONS]
    assert {(each.observed, each.n, each.has_deviation) for each in results} == {("", 0, False)}


@pytest.mark.parametrize(
    ("observed", "n", "confidence"),
    [
        ("", 0, "not settled"),
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
    missing, unknown = results["missing-id"], results["missing-key"]
    assert (missing.question, missing.expected, missing.observed) == ("Which status?", "400", "404")
    assert missing.has_deviation
    assert (unknown.question, unknown.expected) == ("missing-key", "–")  # noqa: RUF001 - a dash
