"""The open questions, one by one: what each reply says to it, and how sure that makes us."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from facade.observe import KNOWN
from scripts.contract.observed.recording import SEVERAL
from scripts.probing.asker import VERSIONS, Reply
from scripts.probing.walk import FORMS, LIMITS, Evidence

_SURE = 3  # replies that agree


@dataclass(frozen=True)
class Settled:
    """An open question, what the contract says to it, and what came."""

    fact: str
    asks: str
    says: str
    came: str  # empty: not settled
    n: int

    @property
    def sure(self) -> str:
        """Say how sure that is."""
        if not self.came:
            return "not settled"
        if SEVERAL in self.came or self.came == "sometimes":
            return f"mixed, {self.n} seen"
        return f"{'sure' if self.n >= _SURE else 'likely'}, {self.n} seen"

    @property
    def otherwise(self) -> bool:
        """Whether the wire disagrees with the contract."""
        return bool(self.came) and self.came != self.says


def settle(evidence: Evidence, contract: dict[str, Any]) -> list[Settled]:
    """Answer all questions that replies were found for."""
    facts = contract.get("x-wire", {})
    settled = []
    for fact, ask in QUESTIONS.items():
        known = facts.get(fact, {})
        said = list(ask(evidence))
        came = SEVERAL.join(sorted(set(said)))
        settled.append(
            Settled(fact, known.get("asks", fact), known.get("answer", "–"), came, len(said))  # noqa: RUF001 - a dash stands for nothing
        )
    return settled


def _enveloped(replies: list[Reply]) -> Iterator[str]:
    for reply in replies:
        if reply.worked:
            flat = "flat" if reply.get("id") is not None else "neither"
            yield "enveloped" if isinstance(reply.get("association"), dict) else flat


def _object_key_body(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("by-object"):
        if reply.worked and isinstance(reply.body, list):
            yield "array"
        elif reply.worked:
            single = "single" if reply.get("id") is not None else "neither"
            yield "list" if isinstance(reply.get("associations"), list) else single


def _comes(found: list[bool]) -> Iterator[str]:
    """Say of all together whether something comes, once for each that was looked at."""
    word = "always" if all(found) else "sometimes" if any(found) else "never"
    return iter([word] * len(found))


def _total(evidence: Evidence) -> Iterator[str]:
    replies = evidence.of("list", "by-object", "relations")
    return _comes(["total" in each.body for each in replies if each.worked and _is_page(each)])


def _is_page(reply: Reply) -> bool:
    return isinstance(reply.body, dict) and any(isinstance(v, list) for v in reply.body.values())


def _associations(replies: list[Reply]) -> list[dict[str, Any]]:
    return [each for each in _objects(replies) if "firstObjectKey" in each and "key" in each]


def _relations(replies: list[Reply]) -> list[dict[str, Any]]:
    return [each for each in _objects(replies) if "firstRecordId" in each]


def _objects(replies: list[Reply]) -> Iterator[dict[str, Any]]:
    """Give all objects of bodies, those in lists and envelopes, too."""
    pending: list[Any] = [reply.body for reply in replies if reply.worked]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            yield each
        if isinstance(each, dict | list):
            pending += each.values() if isinstance(each, dict) else each


_ON_RELATIONS = ("relate", "relations", *(f"filter-{form}" for form in FORMS))
_ON_ASSOCIATIONS = ("list", "get", "get-by-key", "by-object", "create", "update")


def _primary(evidence: Evidence) -> Iterator[str]:
    return _comes(["primary" in each for each in _relations(evidence.of(*_ON_RELATIONS))])


def _association_key(evidence: Evidence) -> Iterator[str]:
    found = {
        version: ["associationKey" in each for each in _relations(replies)]
        for version in VERSIONS
        if (replies := evidence.under(version, *_ON_RELATIONS))
    }
    older, newer = (found.get(version, []) for version in VERSIONS)
    if older and newer:
        under_newer = all(newer) and not any(older)
        word = "under v3" if under_newer else next(_comes([*older, *newer]))
        yield from [word] * len([*older, *newer])


def _trace_id(evidence: Evidence) -> Iterator[str]:
    bodies = [each.body for replies in evidence.replies.values() for each in replies]
    return _comes(["traceId" in each for each in bodies if isinstance(each, dict)])


def _error_name(evidence: Evidence) -> Iterator[str]:
    replies = [each for replies in evidence.replies.values() for each in replies]
    refused = [each.body for each in replies if not each.worked and isinstance(each.body, dict)]
    return _comes(["error" in body for body in refused])


def _cardinalities(evidence: Evidence) -> Iterator[str]:
    names = ("firstObjectToSecondObjectCardinality", "secondObjectToFirstObjectCardinality")
    found = _associations(evidence.of(*_ON_ASSOCIATIONS))
    return _comes([any(name in each for name in names) for each in found])


def _association_ids(evidence: Evidence) -> Iterator[str]:
    understood = []
    replies = {form: evidence.of(f"filter-{form}") for form in FORMS}
    for form, (reply, *_) in ((form, each) for form, each in replies.items() if each):
        came = [each.get("associationId") for each in _relations([reply])]
        if set(came) == evidence.asked_for:
            understood.append(form)
    if any(replies.values()):
        yield ", ".join(understood) or "none"


def _paging(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("no-paging"):
        yield "optional" if reply.worked else "required"


def _default_limit(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("no-paging"):
        if not reply.worked:
            yield "none"
            continue
        came, total = len(_associations([reply])), reply.get("total")
        yield str(came) if isinstance(total, int) and total > came else "all that there were"


def _largest_limit(evidence: Evidence) -> Iterator[str]:
    accepted = 0
    for limit in LIMITS:
        for reply in evidence.of(f"limit-{limit}"):
            came, total = len(_associations([reply])), reply.get("total")
            if reply.worked and isinstance(total, int) and came < min(limit, total):
                yield f"cut to {came}"
                return
            accepted = limit if reply.worked else accepted
    if evidence.of(f"limit-{LIMITS[0]}"):
        # Beyond 200 nothing is relied on, so that more is no other answer.
        yield (
            f"up to {min(accepted, 200)} or more"
            if accepted >= 200
            else (f"up to {accepted}, not {LIMITS[1]}" if accepted else f"below {LIMITS[0]}")
        )


def _statuses(replies: list[Reply]) -> Iterator[str]:
    return (str(reply.status) for reply in replies)


def _trailing_slash(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.of("no-slash"):
        yield "answered" if reply.worked else "redirected" if reply.status < 400 else "refused"


def _versions(evidence: Evidence) -> Iterator[str]:
    """Compare the fields that came under both Versions; a name that is not known is not told."""
    differing = set()
    for noun, steps, read in (
        ("associations", _ON_ASSOCIATIONS, _associations),
        ("relations", _ON_RELATIONS, _relations),
    ):
        fields = [
            {name for each in read(evidence.under(version, *steps)) for name in each}
            for version in VERSIONS
        ]
        if not all(fields):
            return
        names = {name if name in KNOWN else "another field" for name in fields[0] ^ fields[1]}
        differing |= {f"{noun}.{name}" for name in names}
    # traceId is in those that stand alone; which do depends on what was asked.
    yield ", ".join(sorted(each for each in differing if not each.endswith("traceId"))) or "none"


def _refused(evidence: Evidence) -> Iterator[str]:
    for reply in evidence.replies.get("refused", ()):
        names = {name.lower() for name in reply.headers}
        kind = "JSON" if isinstance(reply.body, dict) else "no JSON"
        wait = "Retry-After" if "retry-after" in names else "no Retry-After"
        rate = any(name.startswith("x-ratelimit") for name in names)
        yield f"{kind}, {wait}, {'X-RateLimit headers' if rate else 'no X-RateLimit headers'}"


QUESTIONS: dict[str, Callable[[Evidence], Iterator[str]]] = {
    "update-body": lambda evidence: _enveloped(evidence.of("update")),
    "get-body": lambda evidence: _enveloped(evidence.of("get")),
    "object-key-body": _object_key_body,
    "deleted-relation-id": lambda evidence: _comes(
        [each.get("id") is not None for each in evidence.of("unrelate") if each.worked]
    ),
    "total": _total,
    "trace-id": _trace_id,
    "error-name": _error_name,
    "refused-yet-made": lambda evidence: _comes(evidence.despite),
    "relation-id": lambda evidence: _comes(
        ["id" in each for each in _relations(evidence.of(*_ON_RELATIONS))]
    ),
    "primary": _primary,
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
