"""What is asked, and how a refusal is quoted without data."""

import pytest

from facade._core.response import _PATTERNS
from facade.testing import Sandbox
from scripts.evidence.answers import Evidence
from scripts.evidence.client import PAGE, Reply
from scripts.evidence.probe import probe
from scripts.evidence.questions import QUESTIONS, QuestionResult, answer_questions, masked
from tests.evidence.conftest import target_of
from tests.evidence.recordings import CONTRACT

# The probe would need an opportunity, or another token or network.
NOT_CAUSED = {"duplicate-opportunity", "token-type", "missing-scope", "edge-refusal"}


def test_each_question_gets_the_answer_of_the_contract_if_the_probe_can_cause_it() -> None:
    target = target_of(Sandbox(limit=(200, 10.0)), write=True, exhaust=True)
    results = {each.fact: each for each in probe(target, CONTRACT.document).results}
    assert results.pop("refused-429").observed == "JSON, no Retry-After, X-RateLimit headers"
    assert {name for name, each in results.items() if not each.observed} == NOT_CAUSED
    assert {name for name, each in results.items() if each.has_deviation} == set()


def test_each_refusal_that_the_facade_tells_apart_by_its_text_is_asked_for() -> None:
    asked = {each.refusal for each in QUESTIONS} - {""}
    # The text of an unknown field decides the advice of its error, not the class.
    assert asked == {each.kind.__name__ for each in _PATTERNS} | {"UnprocessableEntityError"}


def test_each_question_has_its_words_and_an_expected_answer_in_the_contract() -> None:
    written = {name for name in CONTRACT.document["x-wire"] if not name.startswith("values-of-")}
    assert {each.fact for each in QUESTIONS} == written - {"auth-methods", "token-types"}


def test_a_question_differs_from_other_requests_in_what_it_asks_for_alone() -> None:
    asked = {each.fact: [one.query for one in each.requests] for each in QUESTIONS}
    assert asked["largest-limit"] == [{**PAGE, "limit": each} for each in (100, 200, 500, 1000)]
    assert asked["unknown-field"] == [{**PAGE, "page": 1}]
    assert asked["unknown-version"] == asked["trailing-slash"] == [PAGE]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("400 Duplicate Association key", "400 Duplicate Association key"),
        ("400 Duplicate Customer key", "400 Duplicate * key"),
        ("400 IDs of Customer", "400 * of *"),
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
        *[("duplicate-key", "v3", Reply(400, {}, {}, f"no {letter}")) for letter in "badc"],
        ("duplicate-key", "v3", Reply(500, {}, {}, "failed", "ServerError")),
        ("duplicate-key", "v3", Reply(429, {}, {}, "slower", "RateLimitError")),
        ("list_relations", "v3", Reply(401, {}, {}, "No scope", "MissingScopeError")),
        ("get_association", "v3", Reply(400, {}, {}, "taken", "DuplicateAssociationError")),
    ]
    results = answer_questions(Evidence(replies), CONTRACT.document)
    found = {each.fact: (each.observed, each.n) for each in results if each.observed}
    assert found["duplicate-key"] == (
        "201 is accepted / 400 no a / 400 no b / 400 no c / 400 no d / 409 Taken by *",
        6,
    )
    assert found["missing-scope"] == ("401 No scope", 1)
    assert "token-type" not in found


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
