"""The open questions: what is sent for each, and how its answer is read from the replies.

The contract's `x-wire` has the words of each question and the expected answer.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from facade._core.operations import VERSIONS
from facade.observe.shapes import KNOWN
from scripts.evidence.client import ProbeRequest, Reply
from scripts.evidence.recording import ANSWER_SEPARATOR

LOCATION = {"locationId": "{location}"}
PAGE = {**LOCATION, "skip": 0, "limit": 100}
ENDS = {"firstObjectKey": "contact", "secondObjectKey": "contact"}
LABELS = {"firstObjectLabel": "First {key}", "secondObjectLabel": "Second {key}"}
ASSOCIATION = {**LOCATION, "key": "{key}", **ENDS, **LABELS}
RECORDS = {"firstRecordId": "{first}", "secondRecordId": "{second}"}
RELATION = {**LOCATION, "associationId": "{association}", **RECORDS}
NO_ID = "0" * 24
LIMITS = (100, 200, 500, 1000)
FILTERS: dict[str, dict[str, Any]] = {
    "repeated": {"associationIds": ["{one}", "{two}"]},
    "commas": {"associationIds": "{one},{two}"},
    "brackets": {"associationIds[]": ["{one}", "{two}"]},
}
_SURE = 3  # agreeing replies
_LONGEST = 200  # characters of a text
_WORD = re.compile(r"\w+(?:['.@-]\w+)*")
_ASSOCIATION, _RELATION = ("firstObjectKey", "key"), ("firstRecordId",)  # fields that tell them


@dataclass
class Evidence:
    """All replies, by step and Version; a step is an operationId, or the name of a question."""

    replies: list[tuple[str, str, Reply]] = field(default_factory=list)
    filtered_by: set[str] = field(default_factory=set)  # the association ids in the filters
    created_despite_error: list[bool] = field(default_factory=list)  # for each creation
    private: tuple[str, ...] = ()  # values that no answer may have

    def of(self, *steps: str, is_success: bool | None = None) -> list[Reply]:
        return [
            reply
            for step, _, reply in self.replies
            if (not steps or step in steps) and is_success in (None, reply.is_success)
        ]

    def bodies(self, *steps: str, is_success: bool | None = None) -> list[dict[str, Any]]:
        found = (each.body for each in self.of(*steps, is_success=is_success))
        return [each for each in found if isinstance(each, dict)]

    def objects(self, fields: Collection[str], version: str | None = None) -> list[dict[str, Any]]:
        """Return all objects with these fields; under one Version, or all."""
        found = (reply for _, used, reply in self.replies if version in (None, used))
        return [each for reply in found for each in reply.objects(*fields)]


Read = Callable[[Evidence], Iterable[str]]
"""Returns the answer of each relevant reply."""


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


# How answers are read


def _replies(answer: Callable[[Reply], str], step: str, *, is_success: bool | None = None) -> Read:
    return lambda evidence: map(answer, evidence.of(step, is_success=is_success))


def _has(name: str, objects: Callable[[Evidence], list[dict[str, Any]]]) -> Read:
    """Read whether objects have a field: always, sometimes or never."""
    return lambda evidence: _presence([name in each for each in objects(evidence)])


def _presence(found: list[bool]) -> list[str]:
    return ["always" if all(found) else "sometimes" if any(found) else "never"] * len(found)


def _form(step: str, **forms: str) -> Read:
    """Read in which form the subject is in a body: an `array`, or the one that a field tells."""
    kinds = {"association": dict, "associations": list}

    def answer(reply: Reply) -> str:
        body = {"array": reply.body} if isinstance(reply.body, list) else reply.body or {}
        told = (name for name in forms if isinstance(body.get(name), kinds.get(name, str | list)))
        return forms.get(next(told, ""), "neither")

    return _replies(answer, step, is_success=True)


def _lists(evidence: Evidence) -> list[dict[str, Any]]:
    found = evidence.bodies(is_success=True)
    return [each for each in found if any(isinstance(one, list) for one in each.values())]


def _relations(evidence: Evidence) -> list[dict[str, Any]]:
    return evidence.objects(_RELATION)


def _association_key(evidence: Evidence) -> list[str]:
    *found, newest = [
        ["associationKey" in each for each in evidence.objects(_RELATION, version)]
        for version in VERSIONS
    ]
    before = [each for one in found for each in one]
    if not all([*found, newest]):
        return []
    if all(newest) and not any(before):
        return [f"under {VERSIONS[-1]}"] * len(before + newest)
    return _presence(before + newest)


def _association_ids(evidence: Evidence) -> Iterator[str]:
    """Yield the notations of a filter that list the relations of all given ids, and no others."""
    replies = evidence.of("association-ids")
    listed = [{each.get("associationId") for each in one.objects(*_RELATION)} for one in replies]
    accepted = [name for name, ids in zip(FILTERS, listed) if ids == evidence.filtered_by]  # noqa: B905
    if replies:
        yield ", ".join(accepted) or "none"


def _count(reply: Reply) -> tuple[int, int | None]:
    total = reply.body.get("total") if isinstance(reply.body, dict) else None
    return len([*reply.objects(*_ASSOCIATION)]), total if isinstance(total, int) else None


def _default_limit(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("paging"):
        count, total = _count(reply)
        if not reply.is_success:
            yield "none"
        elif total is not None:  # without a total, a limit cannot be told from the end
            yield str(count) if total > count else "all that there were"


def _largest_limit(evidence: Evidence) -> Iterator[str]:
    replies, accepted = evidence.of("largest-limit"), 0
    for limit, reply in zip(LIMITS, replies, strict=False):
        if not reply.is_success:
            break
        count, total = _count(reply)
        if total is not None and count < min(limit, total):
            yield f"cut to {count}"
            return
        accepted = limit
    if replies:
        # Nothing needs more than 200, so larger limits are not distinguished.
        below = f"up to {accepted}, not {LIMITS[1]}" if accepted else f"below {LIMITS[0]}"
        yield "up to 200 or more" if accepted >= 200 else below


def _versions(evidence: Evidence) -> Iterator[str]:
    """Yield the fields that only one Version has; unknown names are not printed."""
    different = set()
    for kind, of in (("associations", _ASSOCIATION), ("relations", _RELATION)):
        fields = [{name for each in evidence.objects(of, one) for name in each} for one in VERSIONS]
        if not all(fields):
            return
        names = fields[0].union(*fields) - fields[0].intersection(*fields)
        different |= {f"{kind}.{name if name in KNOWN else 'another field'}" for name in names}
    # Only objects outside lists have a traceId, so its presence depends on the requests.
    yield ", ".join(sorted(each for each in different if not each.endswith("traceId"))) or "none"


def _limit_refusal(reply: Reply) -> str:
    names = {name.lower() for name in reply.headers}
    kind = "JSON" if isinstance(reply.body, dict) else "no JSON"
    wait = "Retry-After" if "retry-after" in names else "no Retry-After"
    rate = any(name.startswith("x-ratelimit") for name in names)
    return f"{kind}, {wait}, {'X-RateLimit headers' if rate else 'no X-RateLimit headers'}"


def _outcome(reply: Reply) -> str:
    return "answered" if reply.is_success else "redirected" if reply.status < 400 else "refused"


def _paging(reply: Reply) -> str:
    return "optional" if reply.is_success else "required"


# The questions


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
_FILTERED = [ProbeRequest("list_relations", "{first}", {**PAGE, **it}) for it in FILTERS.values()]
_NO_SLASH = ProbeRequest("GET /associations", query=PAGE)
_BY_OBJECT = {"array": "array", "associations": "list", "id": "single"}
_CARDINALITY = "firstObjectToSecondObjectCardinality"

QUESTIONS = (
    Question("update-body", _form("update_association", association="enveloped", id="flat")),
    Question("get-body", _form("get_association", association="enveloped", id="flat")),
    Question("object-key-body", _form("list_associations_by_object_key", **_BY_OBJECT)),
    Question(
        "deleted-relation-id",
        _has("id", lambda evidence: evidence.bodies("delete_relation", is_success=True)),
    ),
    Question("total", _has("total", _lists)),
    Question("trace-id", _has("traceId", Evidence.bodies)),
    Question("error-name", _has("error", lambda evidence: evidence.bodies(is_success=False))),
    Question("refused-yet-made", lambda evidence: _presence(evidence.created_despite_error)),
    Question("relation-id", _has("id", _relations)),
    Question("primary", _has("primary", _relations)),
    Question("association-key", _association_key),
    Question("cardinalities", _has(_CARDINALITY, lambda evidence: evidence.objects(_ASSOCIATION))),
    Question("association-ids", _association_ids, _FILTERED, "related"),
    Question("paging", _replies(_paging, "paging"), [ProbeRequest(_OLD.operation, query=LOCATION)]),
    Question("default-limit", _default_limit),
    Question("largest-limit", _largest_limit, [_list(limit=each) for each in LIMITS]),
    Question("trailing-slash", _replies(_outcome, "trailing-slash"), [_NO_SLASH]),
    Question("versions", _versions),
    Question("refused-429", _replies(_limit_refusal, "refused-429")),
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
