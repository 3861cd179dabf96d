"""Defects of a document: references to nothing, and what is left out because nobody needs it."""

import copy
from collections.abc import Collection, Iterator
from typing import NamedTuple

from scripts.openapi.documents import Document
from scripts.openapi.lint import problems
from scripts.openapi.nodes import object_at
from scripts.openapi.paths import METHODS, template
from scripts.openapi.pointers import join, lookup, split
from scripts.openapi.references import local_target, reached_components, references

# Keywords that no code is generated from; a name after one of _HOLDERS is no keyword.
_NOT_GENERATED = frozenset("callbacks contact example externalDocs license links".split())
_HOLDERS = frozenset("properties schemas patternProperties paths".split())


class Sound(NamedTuple):
    """A document without its defects that concern nobody, these, and the others."""

    document: Document
    left_out: list[str]
    problems: list[str]


def dangling(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the local references that point at nothing, each with a place."""
    for reference in references(document):
        if reference.text.startswith("#") and reference.text != "#":
            try:
                local_target(document, reference.text)
            except KeyError:
                yield reference.text, reference.where


def without_defects(document: Document, needed: Collection[str]) -> Sound:
    """Leave out defects of operations that are not needed, and of what no code is generated from.

    `needed` has templates of methods and paths, such as `GET /pets/{}`; all, if it is empty.
    """
    left_out: list[str] = []
    while found := problems(document):
        cuts = {each: _unneeded(document, each, needed) for each in found}
        document = copy.deepcopy(document)
        gone = {steps for steps in {*cuts.values()} if steps and _remove(document, steps)}
        if not gone:
            break
        left_out += [each for each, steps in cuts.items() if steps in gone]
    return Sound(document, left_out, found)


def _unneeded(document: Document, problem: str, needed: Collection[str]) -> tuple[str, ...]:
    """Return the place of what can be left out because of a problem; nothing if it is needed."""
    where, _, what = problem.partition(": ")
    steps = (*split(where), *(["example"] if what.startswith("the example ") else []))
    for index, step in enumerate(steps):
        if step in _NOT_GENERATED and steps[index - 1] not in _HOLDERS:
            return steps[: index + 1]
    if not needed or len(steps) < 3:
        return ()
    if steps[0] == "paths" and steps[2] in METHODS:
        is_needed = template(f"{steps[2].upper()} {steps[1]}") in needed
    else:
        is_named = steps[0] != "components" or steps[1] == "securitySchemes"
        is_needed = is_named or steps[1:3] in _reached(document, needed)
    return () if is_needed else steps[:3]


def _reached(document: Document, needed: Collection[str]) -> set[tuple[str, ...]]:
    paths = {
        path: {
            key: each for key, each in item.items() if template(f"{key.upper()} {path}") in needed
        }
        for path, item in object_at(document, "paths").items()
    }
    return {*reached_components({**document, "paths": paths})}


def _remove(document: Document, steps: tuple[str, ...]) -> bool:
    try:
        del lookup(document, join(steps[:-1]))[steps[-1]]
    except KeyError:
        return False
    return True
