"""What is the same in both documents, with all that it refers to: nothing there is compared."""

from typing import Any

from scripts.contract.openapi.nodes import Node
from scripts.contract.openapi.pointers import escape
from scripts.contract.openapi.references import Source


class Unchanged:
    """The components that are the same, and the values that refer to no others."""

    def __init__(self, old_source: Source, new_source: Source) -> None:
        # The version decides what keywords mean.
        self._is_one_version = old_source.three_one == new_source.three_one
        sections = [each.root.get("components") for each in (old_source, new_source)]
        old, new = (node.value if node is not None else {} for node in sections)
        self._components: set[str] = set()
        if self._is_one_version and isinstance(old, dict) and isinstance(new, dict):
            self._components = _unchanged(_by_reference(old), _by_reference(new))

    def holds(self, old: Node, new: Node) -> bool:
        """Return whether two places say the same, and refer only to what is unchanged."""
        return (
            self._is_one_version
            and not old.file
            and not new.file
            and bool(old.value == new.value)
            and _references(old.value) <= self._components
        )


def _by_reference(components: dict[str, Any]) -> dict[str, Any]:
    return {
        f"#/components/{section}/{escape(name)}": value
        for section, members in components.items()
        if isinstance(members, dict)
        for name, value in members.items()
    }


def _unchanged(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
    """Return the references to equal components that lead to no others."""
    equal = {name for name, value in old.items() if name in new and value == new[name]}
    users: dict[str, list[str]] = {}
    for name in equal:
        for reference in _references(old[name]):
            users.setdefault(reference, []).append(name)
    pending = [name for name in users if name not in equal]
    while pending:
        for user in users.get(pending.pop(), ()):
            if user in equal:
                equal.discard(user)
                pending.append(user)
    return equal


def _references(value: Any) -> set[str]:
    """Return every reference in a value, and what a discriminator may mean by a name."""
    found: set[str] = set()
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, dict):
            reference = item.get("$ref")
            if isinstance(reference, str):
                found.add(reference)
            mapping = item.get("mapping")
            for named in mapping.values() if isinstance(mapping, dict) else ():
                if isinstance(named, str):
                    found.add(named if "/" in named else f"#/components/schemas/{escape(named)}")
            pending += [each for each in item.values() if isinstance(each, dict | list)]
        elif isinstance(item, list):
            pending += [each for each in item if isinstance(each, dict | list)]
    return found
