"""How the replies to a probe's requests answer its questions."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from facade._core.operations import VERSIONS
from facade.observe.shapes import KNOWN
from scripts.evidence.client import Reply

LIMITS = (100, 200, 500, 1000)
FILTERS: dict[str, dict[str, Any]] = {
    "repeated": {"associationIds": ["{one}", "{two}"]},
    "commas": {"associationIds": "{one},{two}"},
    "brackets": {"associationIds[]": ["{one}", "{two}"]},
}
ASSOCIATION, RELATION = ("firstObjectKey", "key"), ("firstRecordId",)  # fields that tell them


@dataclass
class Evidence:
    """All replies, by step and Version; a step is an operationId, or the name of a question."""

    replies: list[tuple[str, str, Reply]]
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


def replies(answer: Callable[[Reply], str], step: str, *, is_success: bool | None = None) -> Read:
    return lambda evidence: map(answer, evidence.of(step, is_success=is_success))


def has(name: str, *steps: str, is_success: bool | None = None, of: Collection[str] = ()) -> Read:
    """Read whether bodies, or all objects `of` some fields, have a field: always, or how often."""

    def read(evidence: Evidence) -> list[str]:
        bodies = evidence.bodies(*steps, is_success=is_success)
        return _presence([name in each for each in (evidence.objects(of) if of else bodies)])

    return read


def total(evidence: Evidence) -> list[str]:
    bodies = evidence.bodies(is_success=True)
    lists = [each for each in bodies if any(isinstance(one, list) for one in each.values())]
    return _presence(["total" in each for each in lists])


def _presence(found: list[bool]) -> list[str]:
    return ["always" if all(found) else "sometimes" if any(found) else "never"] * len(found)


def refused_yet_made(evidence: Evidence) -> list[str]:
    return _presence(evidence.created_despite_error)


def form(step: str, **forms: str) -> Read:
    """Read in which form the subject is in a body: an `array`, or the one that a field tells."""
    kinds = {"association": dict, "associations": list}

    def answer(reply: Reply) -> str:
        body = reply.body if isinstance(reply.body, dict) else {"array": reply.body}
        told = (name for name in forms if isinstance(body.get(name), kinds.get(name, str | list)))
        return forms.get(next(told, ""), "neither")

    return replies(answer, step, is_success=True)


def association_key(evidence: Evidence) -> list[str]:
    *found, newest = [
        ["associationKey" in each for each in evidence.objects(RELATION, version)]
        for version in VERSIONS
    ]
    before = [each for one in found for each in one]
    if not all([*found, newest]):
        return []
    if all(newest) and not any(before):
        return [f"under {VERSIONS[-1]}"] * len(before + newest)
    return _presence(before + newest)


def association_ids(evidence: Evidence) -> Iterator[str]:
    """Yield the notations of a filter that list the relations of all given ids, and no others."""
    replies = evidence.of("association-ids")
    listed = [{each.get("associationId") for each in one.objects(*RELATION)} for one in replies]
    accepted = [name for name, ids in zip(FILTERS, listed) if ids == evidence.filtered_by]  # noqa: B905
    if replies:
        yield ", ".join(accepted) or "none"


def _count(reply: Reply) -> tuple[int, int | None]:
    total = reply.body.get("total") if isinstance(reply.body, dict) else None
    return len([*reply.objects(*ASSOCIATION)]), total if isinstance(total, int) else None


def default_limit(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("paging"):
        count, total = _count(reply)
        if not reply.is_success:
            yield "none"
        elif total is not None:  # without a total, a limit cannot be told from the end
            yield str(count) if total > count else "all that there were"


def largest_limit(evidence: Evidence) -> Iterator[str]:
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


def versions(evidence: Evidence) -> Iterator[str]:
    """Yield the fields that only one Version has; unknown names are not printed."""
    different = set()
    for kind, of in (("associations", ASSOCIATION), ("relations", RELATION)):
        fields = [{name for each in evidence.objects(of, one) for name in each} for one in VERSIONS]
        if not all(fields):
            return
        names = {one for each in fields for one in each if not all(one in has for has in fields)}
        different |= {f"{kind}.{name if name in KNOWN else 'another field'}" for name in names}
    # Only objects outside lists have a traceId, so its presence depends on the requests.
    yield ", ".join(sorted(each for each in different if not each.endswith("traceId"))) or "none"


def limit_refusal(reply: Reply) -> str:
    names = {name.lower() for name in reply.headers}
    kind = "JSON" if isinstance(reply.body, dict) else "no JSON"
    wait = "Retry-After" if "retry-after" in names else "no Retry-After"
    rate = any(name.startswith("x-ratelimit") for name in names)
    return f"{kind}, {wait}, {'X-RateLimit headers' if rate else 'no X-RateLimit headers'}"


def outcome(reply: Reply) -> str:
    return "answered" if reply.is_success else "redirected" if reply.status < 400 else "refused"


def paging(reply: Reply) -> str:
    return "optional" if reply.is_success else "required"
