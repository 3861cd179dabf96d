"""The contract's open questions: which replies answer each, and with how much confidence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from facade._core.operations import VALUES, VERSIONS
from facade.observe.shapes import KNOWN
from scripts.contract.observed.seen import SEVERAL
from scripts.probing.client import Reply
from scripts.probing.session import FILTERS, LIMITS, Evidence

_SURE = 3  # replies that agree

_WITH_ASSOCIATIONS = (
    "list_associations",
    "get_association",
    "get_association_by_key",
    "list_associations_by_object_key",
    "create_association",
    "update_association",
)
_WITH_RELATIONS = ("create_relation", "list_relations", *(f"filter-{name}" for name in FILTERS))


@dataclass(frozen=True)
class QuestionResult:
    """An open question, the contract's answer, and the answer observed ('' for none)."""

    fact: str
    asks: str
    expected: str
    observed: str
    n: int  # replies that answer it

    @property
    def confidence(self) -> str:
        """Return how reliable the observed answer is."""
        if not self.observed:
            return "not settled"
        if SEVERAL in self.observed or self.observed == "sometimes":
            return f"mixed, {self.n} seen"
        return f"{'sure' if self.n >= _SURE else 'likely'}, {self.n} seen"

    @property
    def has_deviation(self) -> bool:
        """Return whether the observed answer differs from the contract's."""
        return bool(self.observed) and self.observed != self.expected


def answer_questions(evidence: Evidence, contract: dict[str, Any]) -> list[QuestionResult]:
    """Answer each question from the replies."""
    facts = contract.get("x-wire", {})
    results = []
    for fact, answers in QUESTIONS.items():
        known = facts.get(fact, {})
        found = list(answers(evidence))
        expected = known.get("answer", "–")  # noqa: RUF001 - a dash stands for no answer
        observed = SEVERAL.join(sorted(set(found)))
        results.append(
            QuestionResult(fact, known.get("asks", fact), expected, observed, len(found))
        )
    return results


def _successes(replies: Iterable[Reply]) -> list[Reply]:
    return [reply for reply in replies if reply.is_success]


def _enveloped(replies: list[Reply]) -> Iterator[str]:
    for reply in _successes(replies):
        flat = "flat" if reply.get("id") is not None else "neither"
        yield "enveloped" if isinstance(reply.get("association"), dict) else flat


def _object_key_body(evidence: Evidence) -> Iterator[str]:
    for reply in _successes(evidence.of("list_associations_by_object_key")):
        if isinstance(reply.body, list):
            yield "array"
        elif isinstance(reply.get("associations"), list):
            yield "list"
        else:
            yield "single" if reply.get("id") is not None else "neither"


def _presence(found: list[bool]) -> Iterator[str]:
    """Yield whether something is always, sometimes or never there, once for each observation."""
    word = "always" if all(found) else "sometimes" if any(found) else "never"
    return iter([word] * len(found))


def _total(evidence: Evidence) -> Iterator[str]:
    lists = ("list_associations", "list_associations_by_object_key", "list_relations")
    replies = _successes(evidence.of(*lists))
    return _presence(["total" in reply.body for reply in replies if _has_list(reply.body)])


def _has_list(body: Any) -> bool:
    return isinstance(body, dict) and any(isinstance(value, list) for value in body.values())


def _associations(replies: list[Reply]) -> list[dict[str, Any]]:
    return [each for each in _objects(replies) if "firstObjectKey" in each and "key" in each]


def _relations(replies: list[Reply]) -> list[dict[str, Any]]:
    return [each for each in _objects(replies) if "firstRecordId" in each]


def _objects(replies: list[Reply]) -> Iterator[dict[str, Any]]:
    """Yield all objects in the bodies of successes, also those in lists and envelopes."""
    pending: list[Any] = [reply.body for reply in _successes(replies)]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield each
        if isinstance(each, dict | list):
            pending += each.values() if isinstance(each, dict) else each


def _in_relations(name: str) -> Callable[[Evidence], Iterator[str]]:
    return lambda evidence: _presence(
        [name in each for each in _relations(evidence.of(*_WITH_RELATIONS))]
    )


def _association_key(evidence: Evidence) -> Iterator[str]:
    found = [
        ["associationKey" in each for each in _relations(evidence.of_version(*steps))]
        for steps in ((version, *_WITH_RELATIONS) for version in VERSIONS)
    ]
    if all(found):
        old, new = found
        in_new_only = all(new) and not any(old)
        word = "under v3" if in_new_only else next(_presence([*old, *new]))
        yield from [word] * len([*old, *new])


def _trace_id(evidence: Evidence) -> Iterator[str]:
    bodies = [reply.body for reply in evidence.all()]
    return _presence(["traceId" in each for each in bodies if isinstance(each, dict)])


def _error_name(evidence: Evidence) -> Iterator[str]:
    errors = [reply.body for reply in evidence.all() if not reply.is_success]
    return _presence(["error" in body for body in errors if isinstance(body, dict)])


def _cardinalities(evidence: Evidence) -> Iterator[str]:
    names = {name for name in VALUES if name.endswith("Cardinality")}
    found = _associations(evidence.of(*_WITH_ASSOCIATIONS))
    return _presence([bool(names & each.keys()) for each in found])


def _association_ids(evidence: Evidence) -> Iterator[str]:
    replies = {name: evidence.of(f"filter-{name}")[:1] for name in FILTERS}
    understood = []
    for name, found in replies.items():
        listed = {each.get("associationId") for each in _relations(found)}
        if found and listed == evidence.filtered_by:
            understood.append(name)
    if any(replies.values()):
        yield ", ".join(understood) or "none"


def _paging(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("no-paging"):
        yield "optional" if reply.is_success else "required"


def _default_limit(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("no-paging"):
        if not reply.is_success:
            yield "none"
            continue
        count, total = len(_associations([reply])), reply.get("total")
        yield str(count) if isinstance(total, int) and total > count else "all that there were"


def _largest_limit(evidence: Evidence) -> Iterator[str]:
    accepted = 0
    for limit in LIMITS:
        for reply in _successes(evidence.of(f"limit-{limit}")):
            count, total = len(_associations([reply])), reply.get("total")
            if isinstance(total, int) and count < min(limit, total):
                yield f"cut to {count}"
                return
            accepted = limit
    if evidence.of(f"limit-{LIMITS[0]}"):
        # Nothing relies on more than 200, so larger limits are not distinguished.
        if accepted >= 200:
            yield "up to 200 or more"
        else:
            yield f"up to {accepted}, not {LIMITS[1]}" if accepted else f"below {LIMITS[0]}"


def _statuses(replies: list[Reply]) -> Iterator[str]:
    return (str(reply.status) for reply in replies)


def _trailing_slash(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("no-slash"):
        yield "answered" if reply.is_success else "redirected" if reply.status < 400 else "refused"


def _versions(evidence: Evidence) -> Iterator[str]:
    """Yield the fields that only one Version has; an unknown name is not printed."""
    different = set()
    for noun, steps, objects in (
        ("associations", _WITH_ASSOCIATIONS, _associations),
        ("relations", _WITH_RELATIONS, _relations),
    ):
        fields = [
            {name for each in objects(evidence.of_version(version, *steps)) for name in each}
            for version in VERSIONS
        ]
        if not all(fields):
            return
        names = {name if name in KNOWN else "another field" for name in fields[0] ^ fields[1]}
        different |= {f"{noun}.{name}" for name in names}
    # Only objects outside lists have a traceId, and which came so depends on the requests.
    yield ", ".join(sorted(each for each in different if not each.endswith("traceId"))) or "none"


def _refused(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.replies.get("refused", ()):
        names = {name.lower() for name in reply.headers}
        kind = "JSON" if isinstance(reply.body, dict) else "no JSON"
        wait = "Retry-After" if "retry-after" in names else "no Retry-After"
        rate = any(name.startswith("x-ratelimit") for name in names)
        yield f"{kind}, {wait}, {'X-RateLimit headers' if rate else 'no X-RateLimit headers'}"


QUESTIONS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "update-body": lambda evidence: _enveloped(evidence.of("update_association")),
    "get-body": lambda evidence: _enveloped(evidence.of("get_association")),
    "object-key-body": _object_key_body,
    "deleted-relation-id": lambda evidence: _presence(
        [reply.get("id") is not None for reply in _successes(evidence.of("delete_relation"))]
    ),
    "total": _total,
    "trace-id": _trace_id,
    "error-name": _error_name,
    "refused-yet-made": lambda evidence: _presence(evidence.created_despite_error),
    "relation-id": _in_relations("id"),
    "primary": _in_relations("primary"),
    "association-key": _association_key,
    "cardinalities": _cardinalities,
    "association-ids": _association_ids,
    "paging": _paging,
    "default-limit": _default_limit,
    "largest-limit": _largest_limit,
    "missing-id": lambda evidence: _statuses(evidence.of("missing-id")),
    "missing-key": lambda evidence: _statuses(evidence.of("missing-key")),
    "trailing-slash": _trailing_slash,
    "versions": _versions,
    "refused-429": _refused,
}
