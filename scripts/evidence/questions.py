"""The open questions: what is sent for each, and how its answer is read.

The contract's `x-wire` has the words of each question and the expected answer.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.evidence import answers
from scripts.evidence.answers import FILTERS, LIMITS, Evidence, Read, form, has, replies
from scripts.evidence.client import ProbeRequest
from scripts.evidence.recording import ANSWER_SEPARATOR

LOCATION = {"locationId": "{location}"}
PAGE = {**LOCATION, "skip": 0, "limit": 100}
ENDS = {"firstObjectKey": "contact", "secondObjectKey": "contact"}
LABELS = {"firstObjectLabel": "First {key}", "secondObjectLabel": "Second {key}"}
ASSOCIATION = {**LOCATION, "key": "{key}", **ENDS, **LABELS}
RELATION = {
    **LOCATION,
    "associationId": "{association}",
    "firstRecordId": "{first}",
    "secondRecordId": "{second}",
}
NO_ID = "0" * 24
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
    read: Read | None = None
    requests: Sequence[ProbeRequest] = ()
    when: str = "read"
    refusal: str = ""  # the facade's class of the refusal whose text is asked for

    def observed(self, evidence: Evidence, vocabulary: Collection[str]) -> list[str]:
        """Return the answer of each relevant reply."""
        if self.read is not None:
            return list(self.read(evidence))
        return [masked(text, vocabulary, evidence.private) for text in self._texts(evidence)]

    def _texts(self, evidence: Evidence) -> Iterator[str]:
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


def answer_questions(evidence: Evidence, contract: dict[str, Any]) -> list[QuestionResult]:
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


_SAME = {"firstObjectLabel": "{key}", "secondObjectLabel": "{key}"}
_OTHER = {**ASSOCIATION, "firstObjectLabel": "Third {key}"}
_RELATE = ProbeRequest("create_relation", body=RELATION)
_OF_AN_OLD_VERSION = ProbeRequest("list_associations", query=PAGE, version="2000-01-01")

QUESTIONS = (
    Question("update-body", form("update_association", association="enveloped", id="flat")),
    Question("get-body", form("get_association", association="enveloped", id="flat")),
    Question(
        "object-key-body",
        form("list_associations_by_object_key", array="array", associations="list", id="single"),
    ),
    Question(
        "deleted-relation-id",
        has("id", lambda evidence: evidence.bodies("delete_relation", is_success=True)),
    ),
    Question("total", has("total", Evidence.lists)),
    Question("trace-id", has("traceId", Evidence.bodies)),
    Question("error-name", has("error", lambda evidence: evidence.bodies(is_success=False))),
    Question("refused-yet-made", lambda evidence: answers.presence(evidence.created_despite_error)),
    Question("relation-id", has("id", Evidence.relations)),
    Question("primary", has("primary", Evidence.relations)),
    Question("association-key", answers.association_key),
    Question("cardinalities", has("firstObjectToSecondObjectCardinality", Evidence.associations)),
    Question(
        "association-ids",
        answers.association_ids,
        [ProbeRequest("list_relations", "{first}", {**PAGE, **each}) for each in FILTERS.values()],
        "related",
    ),
    Question(
        "paging",
        replies(lambda reply: "optional" if reply.is_success else "required", "paging"),
        [ProbeRequest("list_associations", query=LOCATION)],
    ),
    Question("default-limit", answers.default_limit),
    Question("largest-limit", answers.largest_limit, [_list(limit=each) for each in LIMITS]),
    Question(
        "trailing-slash",
        replies(answers.outcome, "trailing-slash"),
        [ProbeRequest("GET /associations", query=PAGE)],
    ),
    Question("versions", answers.versions),
    Question("refused-429", replies(answers.limit_refusal, "refused-429")),
    _refusal("missing-id", "NotFound", "each", ProbeRequest("get_association", "{missing}")),
    _refusal(
        "missing-key",
        "NotFound",
        "each",
        ProbeRequest("get_association_by_key", "{missing_key}", LOCATION),
    ),
    _refusal("other-location", "LocationAccess", "read", _list(locationId=NO_ID)),
    _refusal("unknown-version", "VersionHeader", "read", _OF_AN_OLD_VERSION),
    _refusal(
        "unknown-field",
        "UnprocessableEntity",
        "read",
        ProbeRequest("list_relations", NO_ID, {**PAGE, "page": 1}),
    ),
    _refusal(
        "equal-labels",
        "EqualLabels",
        "write",
        ProbeRequest("update_association", "{association}", body=_SAME),
    ),
    _refusal(
        "duplicate-key",
        "DuplicateAssociation",
        "write",
        ProbeRequest("create_association", body=_OTHER),
    ),
    _refusal("duplicate-relation", "DuplicateRelation", "related", _RELATE),
    _refusal("relation-limit", "RelationLimit", "limited", _RELATE),
    _refusal("invalid-record", "InvalidRecord", "mixed", _RELATE),
    # The probe causes none of these: it would need an opportunity, or another token or network.
    _refusal("duplicate-opportunity", "DuplicateOpportunity"),
    _refusal("token-type", "TokenType"),
    _refusal("missing-scope", "MissingScope"),
    _refusal("edge-refusal", "EdgeRefusal"),
)
