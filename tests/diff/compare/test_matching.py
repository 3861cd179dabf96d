"""Old items are matched with new ones."""

# ruff: noqa: E501 - one row a line keeps the tables readable

from typing import Any

import pytest

from scripts.diff.compare.canonical import ComparedDocument
from scripts.diff.compare.matching import match_schemas
from scripts.diff.compare.proofs import Documents
from scripts.openapi.nodes import Node
from tests.diff.documents import CAT, DOG, Json, S, has, ref, using
from tests.diff.schemas import INT, NUMBER, integers, texts, titled


def kind(name: str, **properties: Any) -> Json:
    """Return an object whose property `kind` has one value."""
    return has(kind={"const": name}, **properties)


def values(*listed: str) -> Json:
    return texts(enum=list(listed))


def objects(names: range, **more: Any) -> list[Json]:
    return [{"type": "object", "properties": {f"p{name}": INT, **more}} for name in names]


# case, old, new, and the matched pairs by index
SCHEMAS: list[tuple[str, list[Json], list[Json], list[tuple[int, int]]]] = [
    ("by the class of a component", [ref("big_cat"), ref("Dog")], [ref("Dog"), ref("BigCat")], [(0, 1), (1, 0)]),
    ("by structure", [S, INT], [INT, {**S, "description": "new"}], [(0, 1), (1, 0)]),
    ("by structure before order", [texts(maxLength=1), texts(maxLength=2)], [texts(maxLength=2), texts(maxLength=3)], [(0, 1), (1, 0)]),
    ("by type alone", [has(a=S)], [has(b=S)], [(0, 0)]),
    ("a component that lists no values now", [ref("Kind")], [S], [(0, 0)]),
    ("by the value of one property", [kind("cat", a=S), kind("dog", b=S)], [kind("dog", a=S), kind("cat", b=S)], [(0, 1), (1, 0)]),
    ("by a value of one in a list", [CAT, DOG], [{**DOG, "required": []}, {**CAT, "required": []}], [(0, 1), (1, 0)]),
    ("by title", [titled("A", has(a=S)), titled("B", has(b=S))], [titled("B", has(a=S)), titled("A", has(b=S))], [(0, 1), (1, 0)]),
    ("by properties that are equal", [has(a=S, b=S)], [has(a=INT, b=INT), has(a=S, b=INT)], [(0, 1)]),
    ("by less than half", [kind("a", a=S, b=S)], [kind("b", c=S, d=S)], []),
    ("by values", [values("a", "b")], [values("x"), values("b", "c")], [(0, 1)]),
    ("by limits", [texts(maxLength=1), integers(minimum=1)], [integers(minimum=2), texts(maxLength=2)], [(0, 1), (1, 0)]),
    ("by a type in common", [NUMBER], [S, INT], [(0, 1)]),
    ("by the same type before a type in common", [{**NUMBER, "minimum": 1}], [INT, NUMBER], [(0, 1)]),
    ("not a component by type alone", [ref("Kind")], [values("b")], []),
    ("by order where all are alike", [integers(minimum=1), integers(minimum=2)], [integers(maximum=1), integers(maximum=2)], [(0, 0), (1, 1)]),
    ("some by what they have", objects(range(9)), objects(range(8, -1, -1), x=S), [(each, 8 - each) for each in range(9)]),
    ("many by their order", objects(range(51)), objects(range(50, -1, -1), x=S), [(each, each) for each in range(51)]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), [row[1:] for row in SCHEMAS], ids=[row[0] for row in SCHEMAS]
)
def test_schemas_are_matched_by_their_distinguishing_features(
    old: list[Json], new: list[Json], expected: list[tuple[int, int]]
) -> None:
    components = {
        "Cat": CAT,
        "Dog": DOG,
        "Kind": values("a"),
        "big_cat": has(a=S),
        "BigCat": has(z=INT),
    }
    documents = Documents(
        *(ComparedDocument(each, using(S, **components)) for each in ("old", "new"))
    )
    nodes = [[Node(schema, f"/{i}") for i, schema in enumerate(each)] for each in (old, new)]
    couples, gone, added = match_schemas(nodes[0], nodes[1], documents)
    found = [(nodes[0].index(one), nodes[1].index(other)) for one, other in couples]
    assert sorted(found) == expected
    assert gone == [each for i, each in enumerate(nodes[0]) if i not in dict(found)]
    assert added == [each for i, each in enumerate(nodes[1]) if i not in dict(found).values()]
