"""Read YAML that has only JSON's types, with the place of each value."""

import re
from array import array
from collections.abc import Callable, Iterable
from math import isfinite
from typing import Any

import yaml

from scripts.openapi.lines import Location
from scripts.openapi.pointers import split

_MAX_REPEATED = 500_000  # values; more is an attack ("billion laughs"), not a contract
_TEXT = "tag:yaml.org,2002:str"
_MERGE = "<<"  # of YAML 1.1; the generator and most other readers know it
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)(?P<rest>(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)")
_WORDS = {
    **dict.fromkeys(("~", "null", "Null", "NULL", ""), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


class Marks:
    """The places of the members of each object and the items of each array."""

    def __init__(self) -> None:
        self.root: Any = None
        self._of: dict[int, tuple[Any, array[int]]] = {}  # keeps containers, so ids stay unique

    def open(self, container: Any) -> "Callable[[Iterable[int]], None]":
        """Start a container; return a function that records line and column of a member, from 0."""
        places = array("I")
        self._of[id(container)] = container, places
        return places.extend

    def merge(self, container: dict[str, Any]) -> None:
        """Replace the merge key by the members that it refers to; a member beside it wins."""
        merged: Any = container.get(_MERGE)
        sources: list[Any] = merged if isinstance(merged, list) else [merged]
        if not (sources and all(isinstance(each, dict) for each in sources)):
            return
        places = self._of[id(container)][1]
        index = 2 * list(container).index(_MERGE)
        del container[_MERGE], places[index : index + 2]
        for source in sources:
            for number, (name, value) in enumerate(source.items()):
                if name not in container:
                    container[name] = value
                    places.extend(self._of[id(source)][1][2 * number : 2 * number + 2])

    def repeat(self, container: Any, copy: Any) -> None:
        """Give the members of a copy the places of the original's."""
        self._of[id(copy)] = copy, self._of[id(container)][1]

    def locations(self, pointers: Iterable[str]) -> dict[str, Location]:
        """Locate pointers; a broken one gets the location of its last existing step."""
        numbers: dict[int, dict[str, int]] = {}
        return {pointer: self._location(pointer, numbers) for pointer in pointers}

    def _location(self, pointer: str, numbers: dict[int, dict[str, int]]) -> Location:
        found, holder = Location(1, 1), self.root
        for step in split(pointer):
            if id(holder) not in self._of:
                break
            if id(holder) not in numbers:
                names = holder if isinstance(holder, dict) else map(str, range(len(holder)))
                numbers[id(holder)] = {name: number for number, name in enumerate(names)}
            number = numbers[id(holder)].get(step)
            if number is None:
                break
            line, column = self._of[id(holder)][1][2 * number : 2 * number + 2]
            found = Location(line + 1, column + 1)
            holder = holder[step] if isinstance(holder, dict) else holder[number]
        return found


def read_yaml(text: str, deepest: int) -> tuple[Any, Marks]:
    """Read YAML; ValueError if it is invalid or has a type that JSON lacks.

    Aliases are copied, so that nothing is shared. More than `deepest` levels raise RecursionError.
    """
    try:
        return _EventReader(deepest).read(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error


class _EventReader:
    """Builds values from events: libyaml is fast at these, and they need no memory."""

    def __init__(self, deepest: int) -> None:
        self._deepest = deepest
        self._marks = Marks()
        self._anchors: dict[str, Any] = {}
        self._repeated = 0
        self._open: list[tuple[Any, Callable[[Iterable[int]], None]]] = []
        self._key: str | None = None  # of the member whose value follows

    def read(self, events: Iterable[Any]) -> tuple[Any, Marks]:
        """Return the only document; None if there is none."""
        documents = 0
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._add(event, self._scalar(event))
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                self._begin(event)
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                container, _ = self._open.pop()
                if isinstance(container, dict):
                    self._marks.merge(container)
            elif isinstance(event, yaml.AliasEvent):
                self._add(event, self._alias(event))
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _refused(event, "a second document begins here")
        return self._marks.root, self._marks

    def _begin(self, event: Any) -> None:
        _refuse_tag(event, "!")
        container: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
        self._add(event, container)
        self._open.append((container, self._marks.open(container)))
        if len(self._open) > self._deepest:
            raise RecursionError

    def _add(self, event: Any, value: Any) -> None:
        if event.anchor is not None and not isinstance(event, yaml.AliasEvent):
            self._anchors[event.anchor] = value
        if not self._open:
            self._marks.root = value
            return
        holder, note = self._open[-1]
        if isinstance(holder, list):
            holder.append(value)
        elif self._key is not None:
            holder[self._key] = value
            self._key = None
            return
        else:
            self._key = self._as_key(event, value, holder)
        mark: Any = event.start_mark
        note((mark.line, mark.column))

    @staticmethod
    def _as_key(event: Any, value: Any, holder: dict[str, Any]) -> str:
        # As written: the status 200 as a key is the text "200".
        key = event.value if isinstance(event, yaml.ScalarEvent) else value
        if not isinstance(key, str):
            raise _refused(event, f"a key is not text: {key!r:.60}")
        if key in holder:
            raise _refused(event, f"a key appears twice: {key!r:.60}")
        return key

    def _scalar(self, event: Any) -> Any:
        _refuse_tag(event, "!", _TEXT)
        if event.tag is not None or not event.implicit[0]:
            return event.value
        try:
            return _typed(event.value)
        except ValueError as error:
            raise _refused(event, str(error)) from error

    def _alias(self, event: Any) -> Any:
        if event.anchor not in self._anchors:
            raise _refused(event, f"the alias *{event.anchor} has no anchor")
        value = self._anchors[event.anchor]
        if any(value is container for container, _ in self._open):
            raise _refused(event, f"&{event.anchor} contains itself")
        return self._copy(event, value)

    def _copy(self, event: Any, value: Any) -> Any:
        self._repeated += 1
        if self._repeated > _MAX_REPEATED:
            raise _refused(event, f"aliases repeat more than {_MAX_REPEATED:,} values")
        if isinstance(value, dict):
            copy: Any = {key: self._copy(event, each) for key, each in value.items()}
        elif isinstance(value, list):
            copy = [self._copy(event, each) for each in value]
        else:
            return value
        self._marks.repeat(value, copy)
        return copy


def _typed(text: str) -> Any:
    """Return the value of an unquoted scalar; dates and `no` stay text."""
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text)
    if number is None:
        return text
    if not number["rest"]:
        return int(text)
    value = float(text)
    if not isfinite(value):
        raise ValueError(f"{text:.60} is too large a number")
    return value


def _refuse_tag(event: Any, *known: str) -> None:
    if event.tag not in (None, *known):
        raise _refused(event, f"JSON has no tags: leave out {event.tag!r:.60}")


def _refused(event: Any, problem: str) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
