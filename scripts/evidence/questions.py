"""The open questions: what is sent for each, and which reader of `answers` reads its answer.

The contract's `x-wire` has the words of each question and the expected answer.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.evidence import answers
from scripts.evidence.client import ASSOCIATION, LOCATION, NO_ID, PAGE, RELATION, ProbeRequest
from scripts.evidence.recording import ANSWER_SEPARATOR

_SURE = 3  # agreeing replies
_LONGEST = 200  # characters of a text
_WORD = re.compile(r"\w+(?:['.@-]\w+)*")


@dataclass(frozen=True)
class Question:
    """A question: what is sent for it alone, and how its answer is read.

    `when` the requests are sent: `read` changes nothing, `each` does not either, under each
    Version; `write` needs an association of the probe, `related` relations, `limited` and `mixed`
    an association of that kind. A refusal without requests is read wherever it is met.
    """

    fact: str  # its name in x-wire, and the step of its requests
    read: answers.Read | None = None
    requests: Sequence[ProbeRequest] = ()
    when: str = "read"
    refusal: str = ""  # the facade's class of the refusal whose text is asked for

    def observed(self, evidence: answers.Evidence, vocabulary: Collection[str]) -> list[str]:
        if self.read is not None:
            return list(self.read(evidence))
        return [masked(text, vocabulary, evidence.private) for text in self._texts(evidence)]

    def _texts(self, evidence: answers.Evidence) -> Iterator[str]:
        for reply in evidence.of(self.fact) if self.requests else evidence.of():
            is_busy = reply.status == 429 or reply.status >= 500  # says nothing of the request
            if (self.requests or reply.refusal == self.refusal) and not is_busy:
                yield f"{reply.status} {'is accepted' if reply.is_success else reply.text}"


@dataclass(frozen=True)
class QuestionResult:
    """An open question, the contract's answer, and the answer observed ('' for none)."""

    fact: str
    question: str
    expected: str
    observed: str
    n: int  # replies with an answer

    @property
    def confidence(self) -> str:
        if not self.observed:
            return "not settled"
        if ANSWER_SEPARATOR in self.observed or self.observed == "sometimes":
            return f"mixed, {self.n} observed"
        return f"{'sure' if self.n >= _SURE else 'likely'}, {self.n} observed"

    @property
    def has_deviation(self) -> bool:
        return bool(self.observed) and self.observed != self.expected


def answer_questions(evidence: answers.Evidence, contract: dict[str, Any]) -> list[QuestionResult]:
    facts = contract.get("x-wire", {})
    texts = (text for fact in facts.values() for text in fact.values())
    vocabulary = {word.lower() for text in texts for word in _WORD.findall(text)}
    results = []
    for question in QUESTIONS:
        known, found = facts.get(question.fact, {}), question.observed(evidence, vocabulary)
        expected = known.get("answer", "–")  # noqa: RUF001 - a dash stands for no answer
        observed = ANSWER_SEPARATOR.join(sorted(set(found)))
        asks = known.get("asks", question.fact)
        results.append(QuestionResult(question.fact, asks, expected, observed, len(found)))
    return results


def masked(text: str, vocabulary: Collection[str], private: Iterable[str] = ()) -> str:
    """Replace what could be data by asterisks: all but lower-case words and the vocabulary."""
    for value in filter(None, private):
        text = text.replace(value, "*")
    text = " ".join(text.split())[:_LONGEST].replace(ANSWER_SEPARATOR, "/")
    status, _, said = text.partition(" ")

    def shown(match: re.Match[str]) -> str:
        word = match[0]
        letters = word.replace("'", "")
        is_first = not match.start() and word[1:].islower()
        is_known = word.islower() or is_first or word.lower() in vocabulary
        return word if is_known and letters.isascii() and letters.isalpha() else "*"

    return f"{status} {_WORD.sub(shown, said)}".strip()


def _list(**query: Any) -> ProbeRequest:
    return ProbeRequest("list_associations", query={**PAGE, **query})


def _refusal(fact: str, kind: str, when: str = "", *requests: ProbeRequest) -> Question:
    return Question(fact, None, requests, when, f"{kind}Error")


_KEY = ProbeRequest("get_association_by_key", "{missing_key}", LOCATION)
_OLD = ProbeRequest("list_associations", query=PAGE, version="2000-01-01")
_UNKNOWN = ProbeRequest("list_relations", NO_ID, {**PAGE, "page": 1})
_SAME = {"firstObjectLabel": "{key}", "secondObjectLabel": "{key}"}
_EQUAL = ProbeRequest("update_association", "{association}", body=_SAME)
_OTHER = {**ASSOCIATION, "firstObjectLabel": "Third {key}"}
_AGAIN = ProbeRequest("create_association", body=_OTHER)
_RELATE = ProbeRequest("create_relation", body=RELATION)
_FILTERED = [
    ProbeRequest("list_relations", "{first}", {**PAGE, **it}) for it in answers.FILTERS.values()
]
_LIMITED = [_list(limit=each) for each in answers.LIMITS]
_NO_PAGE = ProbeRequest("list_associations", query=LOCATION)
_NO_SLASH = ProbeRequest("GET /associations", query=PAGE)
_BY_OBJECT = {"array": "array", "associations": "list", "id": "single"}
_CARDINALITY = "firstObjectToSecondObjectCardinality"

QUESTIONS = (
    Question("update-body", answers.form("update_association", association="enveloped", id="flat")),
    Question("get-body", answers.form("get_association", association="enveloped", id="flat")),
    Question("object-key-body", answers.form("list_associations_by_object_key", **_BY_OBJECT)),
    Question("deleted-relation-id", answers.has("id", "delete_relation", is_success=True)),
    Question("total", answers.total),
    Question("trace-id", answers.has("traceId")),
    Question("error-name", answers.has("error", is_success=False)),
    Question("refused-yet-made", answers.refused_yet_made),
    Question("relation-id", answers.has("id", of=answers.RELATION)),
    Question("primary", answers.has("primary", of=answers.RELATION)),
    Question("association-key", answers.association_key),
    Question("cardinalities", answers.has(_CARDINALITY, of=answers.ASSOCIATION)),
    Question("association-ids", answers.association_ids, _FILTERED, "related"),
    Question("paging", answers.replies(answers.paging, "paging"), [_NO_PAGE]),
    Question("default-limit", answers.default_limit),
    Question("largest-limit", answers.largest_limit, _LIMITED),
    Question("trailing-slash", answers.replies(answers.outcome, "trailing-slash"), [_NO_SLASH]),
    Question("versions", answers.versions),
    Question("refused-429", answers.replies(answers.limit_refusal, "refused-429")),
    _refusal("missing-id", "NotFound", "each", ProbeRequest("get_association", "{missing}")),
    _refusal("missing-key", "NotFound", "each", _KEY),
    _refusal("other-location", "LocationAccess", "read", _list(locationId=NO_ID)),
    _refusal("unknown-version", "VersionHeader", "read", _OLD),
    _refusal("unknown-field", "UnprocessableEntity", "read", _UNKNOWN),
    _refusal("equal-labels", "EqualLabels", "write", _EQUAL),
    _refusal("duplicate-key", "DuplicateAssociation", "write", _AGAIN),
    _refusal("duplicate-relation", "DuplicateRelation", "related", _RELATE),
    _refusal("relation-limit", "RelationLimit", "limited", _RELATE),
    _refusal("invalid-record", "InvalidRecord", "mixed", _RELATE),
    # The probe causes none of these: it would need an opportunity, or another token or network.
    _refusal("duplicate-opportunity", "DuplicateOpportunity"),
    _refusal("token-type", "TokenType"),
    _refusal("missing-scope", "MissingScope"),
    _refusal("edge-refusal", "EdgeRefusal"),
)
