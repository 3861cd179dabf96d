"""What the answer to a batch says of its pairs: a success with entries of failures, or a refusal.

An answer may name the pairs that failed; HighLevel's own does not (A16 in the witnesses).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import cast

from attrs import evolve, frozen

from facade._core.response import status_error
from facade.errors import APIStatusError, AssociationsError, DuplicateRelationError

Ids = tuple[str, str]

_NOT_OFFERED = frozenset({401, 403, 404, 405, 501})
_TOO_LARGE = 413
_REFUSED = frozenset({400, 409, 422})  # the status for a batch that is too large is unknown
_QUOTED = re.compile(r"\[([^\[\]]+)\]|'([^']+)'|\"([^\"]+)\"")


class Doubt(Enum):
    """Why an answer leaves pairs open, whether the batch may have related them, and what is next.

    As many pairs failed as there are entries, and the others are created; which, may be unknown.
    Open pairs are sent together `again`, in two `halves`, or each `alone`.
    """

    NONE = "carried out", False, "alone"
    SOME_EXIST = "carried out, but for pairs that existed", True, "again"
    SOME_FAILED = "carried out, but for pairs that failed", True, "halves"
    ALL_REFUSED = "carried out, but every pair exists or failed", False, "halves"
    ALL_FAILED = "carried out, but every pair failed", False, "alone"
    ONE_EXISTS = "refused, because a pair exists", True, "halves"
    ONE_NAMED = "refused for a pair that is named", True, "again"
    REFUSED = "refused for its size or for a pair", True, "halves"
    TOO_LARGE = "refused for its size", False, "halves"
    NOT_OFFERED = "refused, as all batches are", False, "alone"
    NOT_SENT = "not carried out", False, "alone"
    LOST = "possibly carried out", True, "again"

    def __init__(self, why: str, may_be_related: bool, then: str) -> None:
        self.why = why
        self.may_be_related = may_be_related
        self.then = then


@frozen
class Answer:
    """The pairs of a batch: created by it, existing before it, open, and those to send alone.

    `alone` are the pairs that failed for a reason of their own.
    """

    created: frozenset[Ids] = frozenset()
    existing: frozenset[Ids] = frozenset()
    alone: frozenset[Ids] = frozenset()
    open: frozenset[Ids] = frozenset()
    doubt: Doubt = Doubt.NONE

    @property
    def shows_duplicates(self) -> bool:
        """Whether the answer shows that a batch does not create a relation twice."""
        return bool(self.existing) or self.doubt in (Doubt.SOME_EXIST, Doubt.ONE_EXISTS)

    def without_created(self, known: Ids | None) -> "Answer":
        """Return an answer that leaves the created pairs open, but for a known one."""
        created = frozenset[Ids]() if known is None else frozenset([known])
        left = self.open | (self.created - created)
        return evolve(self, created=created, open=left, doubt=Doubt.LOST)


def read_entries(pairs: Sequence[Ids], entries: Sequence[object]) -> Answer:
    """Read a success: the entries of the pairs that failed.

    An entry with both record ids of a pair is about that pair; an entry with one record id is about
    one of its pairs; an entry without one may be about any pair.
    """
    named: dict[Ids, bool] = {}  # whether the pair is a duplicate
    suspects: set[Ids] = set()
    unnamed: list[bool] = []
    for entry in entries:
        matching = _pairs_of(pairs, entry)
        if len(matching) == 1:
            named[matching[0]] = _is_duplicate(entry)
        else:
            suspects.update(matching or pairs)
            unnamed.append(_is_duplicate(entry))
    existing = {pair for pair, is_duplicate in named.items() if is_duplicate}
    alone = named.keys() - existing
    suspects -= named.keys()
    doubt = Doubt.NONE
    if suspects and len(unnamed) < len(suspects):
        doubt = Doubt.SOME_EXIST if all(unnamed) else Doubt.SOME_FAILED
    elif suspects and len(unnamed) == len(suspects) and all(unnamed):
        existing |= suspects
        suspects = set()
    elif suspects:
        doubt = Doubt.ALL_REFUSED if any(unnamed) else Doubt.ALL_FAILED
    return Answer(
        created=frozenset(pairs) - named.keys() - existing - suspects,
        existing=frozenset(existing),
        alone=frozenset(alone),
        open=frozenset(suspects),
        doubt=doubt,
    )


def read_error(pairs: Sequence[Ids], error: AssociationsError) -> Answer:
    """Read an error, which is about the whole batch; its text may name the pair that caused it."""
    status = error.status_code if isinstance(error, APIStatusError) else None
    existing: Sequence[Ids] = ()
    alone: Sequence[Ids] = ()
    if status in _NOT_OFFERED:
        doubt = Doubt.NOT_OFFERED
    elif status == _TOO_LARGE:
        doubt = Doubt.TOO_LARGE
    elif isinstance(error, APIStatusError) and status in _REFUSED:
        named = _pairs_of(pairs, error.body)
        is_duplicate = isinstance(error, DuplicateRelationError)
        doubt = Doubt.ONE_EXISTS if is_duplicate else Doubt.REFUSED
        if len(named) == 1:
            doubt = Doubt.ONE_NAMED
            existing, alone = (named, ()) if is_duplicate else ((), named)
    else:
        doubt = Doubt.LOST if error.outcome_unknown else Doubt.NOT_SENT
    left = frozenset(pairs).difference(existing, alone)
    return Answer(existing=frozenset(existing), alone=frozenset(alone), open=left, doubt=doubt)


def _pairs_of(pairs: Sequence[Ids], value: object) -> list[Ids]:
    """Return the pairs that a value names: with both record ids, otherwise with one of them."""
    ids = set(_possible_ids(value))
    return [one for one in pairs if ids >= {*one}] or [one for one in pairs if ids & {*one}]


def _is_duplicate(entry: object) -> bool:
    """Return whether an entry says that the pair exists, in a text that an error would have."""
    texts = [text for text in _texts(entry) if text.strip()]
    error = status_error(
        method="POST",
        path="/associations/relations",
        status_code=400,
        headers={},
        body={"message": texts},
    )
    return isinstance(error, DuplicateRelationError)


def _possible_ids(value: object) -> Iterator[str]:
    """Yield possible ids in a value: its texts, and the parts in brackets or quotes."""
    for text in _texts(value):
        yield text
        for found in _QUOTED.findall(text):
            yield from filter(None, found)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for each in cast("Mapping[object, object]", value).values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in cast("list[object]", value):
            yield from _texts(each)
