"""What the answer to a batch says of its pairs, and how large the next batch is.

An answer is a success with entries of failures, or a refusal. An entry may name the pair that
failed; that of a pair which exists does not (A16 in the witnesses).
"""

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, Literal, cast

from facade._core.response import status_error
from facade.bulk.outcomes import Ids, Status
from facade.errors import APIStatusError, AssociationsError, DuplicateRelationError

_FIRST_SIZE = 10  # pairs in the first batch; the size grows as batches are accepted
_PAIRS_PER_WASTED_REQUEST = 100
_QUOTED = re.compile(r"\[([^\[\]]+)\]|'([^']+)'|\"([^\"]+)\"")


class Verdict(Enum):
    """What an answer says of a pair, whether the batch may have related it, and what follows.

    A pair is settled with a status, or sent `alone`, which tells its own reason; those with the
    same verdict are sent together `again`, or in `halves`.
    """

    CREATED = "carried out", False, "created"
    EXISTING = "carried out, but for a pair that existed", False, "existing"
    FAILED = "carried out, but for a pair that failed", False, "alone"
    SOME_EXIST = "carried out, but for pairs that existed", True, "again"
    SOME_FAILED = "carried out, but for pairs that failed", True, "halves"
    NONE_CREATED = "carried out, but every pair exists or failed", False, "halves"
    ONE_EXISTS = "refused, because a pair exists", True, "halves"
    REFUSED = "refused for its size or for a pair", True, "halves"
    TOO_LARGE = "refused for its size", False, "halves"
    NOT_OFFERED = "refused, as all batches are", False, "alone"
    NOT_SENT = "not carried out", False, "alone"
    LOST = "possibly carried out", True, "again"

    def __init__(
        self,
        happened: str,
        may_be_related: bool,
        then: Status | Literal["alone", "again", "halves"],
    ) -> None:
        self.happened = happened
        self.may_be_related = may_be_related
        self.then = then


Answer = Mapping[Ids, Verdict]

# They show that a batch does not create a relation twice.
DUPLICATES = frozenset({Verdict.EXISTING, Verdict.SOME_EXIST, Verdict.ONE_EXISTS})
# The status for a batch that is too large is unknown: it may be one of a pair that is refused.
_STATUSES = {
    **dict.fromkeys((401, 403, 404, 405, 501), Verdict.NOT_OFFERED),
    **dict.fromkeys((400, 409, 422), Verdict.REFUSED),
    413: Verdict.TOO_LARGE,
}


def read_entries(pairs: Sequence[Ids], entries: Sequence[object]) -> Answer:
    """Read a success: as many pairs failed as there are entries, and the others are created.

    An entry with both record ids of a pair is about that pair; an entry with one record id is about
    one of its pairs; an entry without one may be about any pair.
    """
    named, suspects, unnamed = dict[Ids, Verdict](), set[Ids](), list[Verdict]()
    for entry in entries:
        matching = _pairs_of(pairs, entry)
        said = Verdict.EXISTING if _is_duplicate(entry) else Verdict.FAILED
        if len(matching) == 1:
            named[matching[0]] = said
        else:
            suspects.update(matching or pairs)
            unnamed.append(said)
    suspects -= named.keys()
    all_exist = {*unnamed} == {Verdict.EXISTING}
    if len(unnamed) < len(suspects):  # which of them failed is unknown
        verdict = Verdict.SOME_EXIST if all_exist else Verdict.SOME_FAILED
    elif all_exist and len(unnamed) == len(suspects):
        verdict = Verdict.EXISTING
    else:
        verdict = Verdict.NONE_CREATED if Verdict.EXISTING in unnamed else Verdict.FAILED
    others = {pair: verdict if pair in suspects else Verdict.CREATED for pair in pairs}
    return others | named


def read_error(error: AssociationsError) -> Verdict:
    """Read an error, which is about the whole batch."""
    if isinstance(error, DuplicateRelationError):
        return Verdict.ONE_EXISTS
    if isinstance(error, APIStatusError) and error.status_code in _STATUSES:
        return _STATUSES[error.status_code]
    return Verdict.LOST if error.outcome_unknown else Verdict.NOT_SENT


def _pairs_of(pairs: Sequence[Ids], value: object) -> list[Ids]:
    """Return the pairs that a value names: with both record ids, otherwise with one of them."""
    ids = set(texts := [*_texts(value)])
    ids |= {part for text in texts for found in _QUOTED.findall(text) for part in found}
    return [one for one in pairs if ids >= {*one}] or [one for one in pairs if ids & {*one}]


def _is_duplicate(entry: object) -> bool:
    """Return whether an entry says that the pair exists, in a text that an error would have."""
    error = status_error(
        method="POST",
        path="/associations/relations",
        status_code=400,
        headers={},
        body={"message": [*_texts(entry)]},
    )
    return isinstance(error, DuplicateRelationError)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        parts = cast("Any", value)
        for each in parts.values() if isinstance(value, Mapping) else parts:
            yield from _texts(each)


class BatchSizes:
    """The size of the next batch, in pairs; 1 means no batch. Usable from any thread.

    The size doubles until a batch is refused for its size, and halves with each such refusal. If
    batches save nothing, one request is wasted for each hundred of the `expected` pairs, or of
    those so far if their number is unknown, and at least one.
    """

    def __init__(self, max_size: int, expected: int | None = None) -> None:
        self._max_size = max_size
        self._expected = expected
        self._pairs = 0
        self._wasted = 0  # requests for batches, minus the requests that they saved
        self._lock = threading.Lock()
        self.size = min(_FIRST_SIZE, max_size)
        self.proven = 1  # the largest accepted size; one pair is sent without a batch

    def add_pair(self) -> None:
        """Count a pair to create, in a batch or not."""
        with self._lock:
            self._pairs += 1

    def take(self, pairs: int) -> bool:
        """Count the request for a batch of so many pairs; return False if none may be sent."""
        with self._lock:
            allowed = (self._expected or self._pairs) // _PAIRS_PER_WASTED_REQUEST
            if min(pairs, self.size) < 2 or self._wasted >= max(1, allowed):
                return False
            self._wasted += 1
            return True

    def save(self, requests: int) -> None:
        """Count the requests that a batch saved; below 0, those that its answer costs."""
        with self._lock:
            self._wasted -= requests

    def accept(self, size: int) -> None:
        """Double the size after a batch of `size` was accepted, unless one was refused before."""
        with self._lock:
            self.proven = max(self.proven, size)
            if size >= self.size:
                self.size = min(2 * size, self._max_size)

    def refuse(self, size: int) -> None:
        """Halve the size for good, after a batch of `size` was refused for it; 1 ends batches."""
        with self._lock:
            self.size = self._max_size = max(1, min(self.size, size // 2))
