"""References that point at nothing, and a document without the operations that have them."""

from collections.abc import Collection, Iterator
from typing import Any

from scripts.contract.openapi.documents import Document
from scripts.contract.openapi.nodes import object_at
from scripts.contract.openapi.paths import template
from scripts.contract.openapi.references import local_target, reached_components, references

Component = tuple[str, str]  # its section and its name


def dangling(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the local references that point at nothing, each with a place."""
    for reference in references(document):
        if reference.text.startswith("#") and reference.text != "#":
            try:
                local_target(document, reference.text)
            except KeyError:
                yield reference.text, reference.where


def without_dangling(document: Document, needed: Collection[str]) -> Document:
    """Return a document without the operations that refer to nothing, except those that are needed.

    `needed` has templates of their methods and paths, such as `GET /pets/{}`.
    """
    broken = {text for text, _ in dangling(document)}
    if not broken:
        return document
    is_broken = _breaking(document, broken)
    paths = {
        path: {
            key: each
            for key, each in item.items()
            if template(f"{key.upper()} {path}") in needed or not is_broken(each)
        }
        for path, item in object_at(document, "paths").items()
    }
    result = {**document, "paths": {path: item for path, item in paths.items() if item}}
    reached = reached_components(result)
    result["components"] = {
        section: {
            name: each
            for name, each in members.items()
            if (section, name) in reached or not is_broken(each)
        }
        for section, members in object_at(document, "components").items()
    }
    return result


def _breaking(document: Document, broken: set[str]) -> Any:
    """Return a function that says whether a part refers to nothing, directly or indirectly."""
    members = {
        f"#/components/{section}/{name}": {each.text for each in references(member)}
        for section, holder in object_at(document, "components").items()
        for name, member in holder.items()
    }
    while more := {text for text, used in members.items() if used & broken} - broken:
        broken = broken | more
    return lambda part: any(each.text in broken for each in references(part))
