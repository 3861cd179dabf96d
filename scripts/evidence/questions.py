"""Answer the contract's open questions from replies, with a confidence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from facade._core.operations import VALUES, VERSIONS
from facade.observe.shapes import KNOWN
from scripts.evidence.client import Reply
from scripts.evidence.recording import ANSWER_SEPARATOR
from scripts.evidence.replies import (
    FILTERS,
    LIMITS,
    LISTS,
    WITH_ASSOCIATIONS,
    WITH_RELATIONS,
    Evidence,
    associations,
    relations,
)

Question = Callable[[Evidence], Iterator[str]]  # yields the answer of each relevant reply

_SURE = 3  # agreeing replies


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
        """How reliable the observed answer is."""
        if not self.observed:
            return "not settled"
        if ANSWER_SEPARATOR in self.observed or self.observed == "sometimes":
            return f"mixed, {self.n} observed"
        return f"{'sure' if self.n >= _SURE else 'likely'}, {self.n} observed"

    @property
    def has_deviation(self) -> bool:
        """Whether the observed answer differs from the contract's."""
        return bool(self.observed) and self.observed != self.expected


def answer_questions(evidence: Evidence, contract: dict[str, Any]) -> list[QuestionResult]:
    """Answer each question from the evidence."""
    facts = contract.get("x-wire", {})
    results = []
    for fact, answers in QUESTIONS.items():
        known = facts.get(fact, {})
        found = list(answers(evidence))
        expected = known.get("answer", "–")  # noqa: RUF001 - a dash stands for no answer
        observed = ANSWER_SEPARATOR.join(sorted(set(found)))
        results.append(
            QuestionResult(fact, known.get("asks", fact), expected, observed, len(found))
        )
    return results


def _each(step: str, answer: Callable[[Reply], str]) -> Question:
    return lambda evidence: map(answer, evidence.of(step))


def _each_success(step: str, answer: Callable[[Reply], str]) -> Question:
    return lambda evidence: map(answer, evidence.successes(step))


def _envelope(reply: Reply) -> str:
    if isinstance(reply.get("association"), dict):
        return "enveloped"
    return "flat" if reply.get("id") is not None else "neither"


def _list_form(reply: Reply) -> str:
    if isinstance(reply.body, list):
        return "array"
    if isinstance(reply.get("associations"), list):
        return "list"
    return "single" if reply.get("id") is not None else "neither"


def _presence(found: list[bool]) -> Iterator[str]:
    """Yield always, sometimes or never, once for each observation."""
    word = "always" if all(found) else "sometimes" if any(found) else "never"
    return iter([word] * len(found))


def _has_list(reply: Reply) -> bool:
    values = reply.body.values() if isinstance(reply.body, dict) else ()
    return any(isinstance(value, list) for value in values)


def _in_relations(name: str) -> Question:
    return lambda evidence: _presence(
        [name in each for each in relations(evidence.of(*WITH_RELATIONS))]
    )


def _association_key(evidence: Evidence) -> Iterator[str]:
    found = [
        ["associationKey" in each for each in relations(evidence.of(*WITH_RELATIONS, version=one))]
        for one in VERSIONS
    ]
    if all(found):
        *older, newest = found
        before = [each for one in older for each in one]
        in_newest_only = all(newest) and not any(before)
        word = f"under {VERSIONS[-1]}" if in_newest_only else next(_presence([*before, *newest]))
        yield from [word] * len([*before, *newest])


def _in_bodies(name: str, replies: list[Reply]) -> Iterator[str]:
    return _presence([name in each.body for each in replies if isinstance(each.body, dict)])


def _cardinalities(evidence: Evidence) -> Iterator[str]:
    names = {name for name in VALUES if name.endswith("Cardinality")}
    found = associations(evidence.of(*WITH_ASSOCIATIONS))
    return _presence([bool(names & each.keys()) for each in found])


def _association_ids(evidence: Evidence) -> Iterator[str]:
    replies = {name: evidence.of(f"filter-{name}") for name in FILTERS}
    accepted = []
    for name, found in replies.items():
        listed = {each.get("associationId") for each in relations(found)}
        if found and listed == evidence.filtered_by:
            accepted.append(name)
    if any(replies.values()):
        yield ", ".join(accepted) or "none"


def _default_limit(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("no-paging"):
        if not reply.is_success:
            yield "none"
            continue
        count, total = len(associations([reply])), reply.get("total")
        if isinstance(total, int):  # without a total, a limit cannot be told from the end
            yield str(count) if total > count else "all that there were"


def _largest_limit(evidence: Evidence) -> Iterator[str]:
    accepted = 0
    for limit in LIMITS:
        for reply in evidence.successes(f"limit-{limit}"):
            count, total = len(associations([reply])), reply.get("total")
            if isinstance(total, int) and count < min(limit, total):
                yield f"cut to {count}"
                return
            accepted = limit
    if evidence.of(f"limit-{LIMITS[0]}"):
        # Nothing needs more than 200, so larger limits are not distinguished.
        if accepted >= 200:
            yield "up to 200 or more"
        else:
            yield f"up to {accepted}, not {LIMITS[1]}" if accepted else f"below {LIMITS[0]}"


def _versions(evidence: Evidence) -> Iterator[str]:
    """Yield the fields that only one Version has; unknown names are not printed."""
    different = set()
    for noun, steps, objects in (
        ("associations", WITH_ASSOCIATIONS, associations),
        ("relations", WITH_RELATIONS, relations),
    ):
        fields = [
            {name for each in objects(evidence.of(*steps, version=version)) for name in each}
            for version in VERSIONS
        ]
        if not all(fields):
            return
        names = {
            name if name in KNOWN else "another field"
            for name in fields[0].union(*fields) - fields[0].intersection(*fields)
        }
        different |= {f"{noun}.{name}" for name in names}
    # Only objects outside lists have a traceId, so its presence depends on the requests.
    yield ", ".join(sorted(each for each in different if not each.endswith("traceId"))) or "none"


def _refusal(reply: Reply) -> str:
    names = {name.lower() for name in reply.headers}
    kind = "JSON" if isinstance(reply.body, dict) else "no JSON"
    wait = "Retry-After" if "retry-after" in names else "no Retry-After"
    rate = any(name.startswith("x-ratelimit") for name in names)
    return f"{kind}, {wait}, {'X-RateLimit headers' if rate else 'no X-RateLimit headers'}"


def _outcome(reply: Reply) -> str:
    return "answered" if reply.is_success else "redirected" if reply.status < 400 else "refused"


def _status(reply: Reply) -> str:
    return str(reply.status)


QUESTIONS: dict[str, Question] = {
    "update-body": _each_success("update_association", _envelope),
    "get-body": _each_success("get_association", _envelope),
    "object-key-body": _each_success("list_associations_by_object_key", _list_form),
    "deleted-relation-id": lambda evidence: _presence(
        [reply.get("id") is not None for reply in evidence.successes("delete_relation")]
    ),
    "total": lambda evidence: _in_bodies(
        "total", list(filter(_has_list, evidence.successes(*LISTS)))
    ),
    "trace-id": lambda evidence: _in_bodies("traceId", evidence.all()),
    "error-name": lambda evidence: _in_bodies(
        "error", [reply for reply in evidence.all() if not reply.is_success]
    ),
    "refused-yet-made": lambda evidence: _presence(evidence.created_despite_error),
    "relation-id": _in_relations("id"),
    "primary": _in_relations("primary"),
    "association-key": _association_key,
    "cardinalities": _cardinalities,
    "association-ids": _association_ids,
    "paging": _each("no-paging", lambda reply: "optional" if reply.is_success else "required"),
    "default-limit": _default_limit,
    "largest-limit": _largest_limit,
    "missing-id": _each("missing-id", _status),
    "missing-key": _each("missing-key", _status),
    "trailing-slash": _each("no-slash", _outcome),
    "versions": _versions,
    "refused-429": _each("refused", _refusal),
}
