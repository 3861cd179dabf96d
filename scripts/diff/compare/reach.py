"""Which operations reach a schema through references."""

from collections import deque
from collections.abc import Iterable, Mapping

from scripts.diff.changes import Owner


class Reach:
    """The operations that reach the owners of differences; an operation reaches itself.

    A set of operations is an integer with one bit each, so that one pass over the references is
    enough for thousands of schemas that refer to each other.
    """

    def __init__(self, users: Mapping[Owner, Iterable[Owner]]) -> None:
        """`users` maps each owner to the operations and schemas that refer to it."""
        owners = {*users, *(user for each in users.values() for user in each)}
        names = {owner for owner in owners if owner and isinstance(owner, str)}
        self._names = sorted(names, key=by_path)
        self._bits: dict[Owner, int] = {name: 1 << i for i, name in enumerate(self._names)}
        self._listed: dict[int, list[str]] = {}
        used: dict[Owner, list[Owner]] = {}
        for owner, each in users.items():
            for user in each:
                used.setdefault(user, []).append(owner)
        pending = deque(self._bits)
        while pending:
            user = pending.popleft()
            users_bits = self._bits[user]
            for owner in used.get(user, ()):
                known = self._bits.get(owner, 0)
                if known | users_bits != known:
                    self._bits[owner] = known | users_bits
                    pending.append(owner)

    def operations(self, owners: Iterable[Owner]) -> list[str]:
        """Return the operations that reach any of the owners, sorted by path and method."""
        bits, others = 0, set[str]()
        for owner in owners:
            bits |= self._bits.get(owner, 0)
            if owner and isinstance(owner, str) and owner not in self._bits:
                others.add(owner)  # an operation without references
        if bits not in self._listed:
            digits = bin(bits)[:1:-1]
            self._listed[bits] = [
                name for name, digit in zip(self._names, digits, strict=False) if digit == "1"
            ]
        found = self._listed[bits]
        return sorted({*found, *others}, key=by_path) if others else found


def by_path(label: str) -> tuple[str, ...]:
    """Return a sort key: path, then method."""
    return label.partition(" ")[::-1]
