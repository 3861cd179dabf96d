"""Differences without effect are counted by kind, and those of a finding are not."""

from typing import Any

from scripts.diff.unaffected import Unaffected, counted, unaffected
from tests.diff.documents import Json, S, at, document, holding, operation, requesting
from tests.diff.reviewing import compared
from tests.diff.schemas import INT, any_of


def told(old: Json, new: Json) -> str:
    return counted(compared(old, new).unaffected)


def named(*properties: str) -> Json:
    return {"properties": dict.fromkeys(properties, S)}


P = "GET /pets/{id}"
LIMITED = 'requestBody.content["application/json"].schema.properties.p'
QUERY, OTHER = ({"name": name, "in": "query", "schema": S} for name in "ab")


def test_each_difference_without_effect_is_told_once() -> None:
    for old, new, expected in (
        (operation(), operation(), ""),
        (operation(description="a"), operation(description="b"), "1 description"),
        (
            operation(),
            operation(summary="a", **{"x-a": 1, "x-b": {"c": 2}}),
            "1 summary, 2 extensions",
        ),
        (requesting(S), requesting({**S, "example": "a", "examples": ["b"]}), "2 examples"),
        (
            requesting(holding(S)),
            requesting(holding({**S, "maximum": 3})),
            f"1 keyword that does not apply (`maximum` on a string, PUT /pets: {LIMITED})",
        ),
        (
            operation(parameters=[QUERY, OTHER]),
            operation(parameters=[OTHER, QUERY]),
            f"1 place written in another way ({P}: parameters)",
        ),
        (
            operation(parameters=[QUERY, OTHER]),
            operation(parameters=[{**OTHER, "description": "b"}, {**QUERY, "description": "a"}]),
            "2 descriptions",
        ),
        (at("/a/{b}", description="a"), at("/a/{c}", description="b"), "1 description"),
        (document(), document(info={"title": "Pets", "version": "1", "license": {}}), "1 license"),
        (
            requesting(any_of({**S, "description": "a"}, INT)),
            requesting(any_of({**S, "description": "b"}, INT)),
            "1 description",
        ),
        (document(**{"x-a": {"b": 1}}), document(**{"x-a": {"b": 2}}), "1 extension"),
        # What a finding is about, or a property with such a name, is not told.
        (operation(), operation(deprecated=True), ""),
        (requesting(holding(S)), requesting(holding({"type": "integer"})), ""),
        (operation(description="a"), document(), ""),
        (at("/a"), {**at("/a"), "servers": [{"url": "https://e.example"}]}, ""),
        (requesting(named("a")), requesting(named("a", "description", "x-b")), ""),
    ):
        assert told(old, new) == expected


def test_a_keyword_that_may_apply_is_another_spelling() -> None:
    def found(schema: Any) -> list[str]:
        return [each.kind for each in unaffected(schema, {**schema, "maximum": 1}, [])]

    for kind in ("integer", ["string", "number"], None):
        assert found({"type": kind} if kind else {}) == ["place written in another way"]
    assert found({"type": ["string", "null"]}) == ["keyword that does not apply"]


def test_many_of_a_kind_are_in_the_plural_and_name_the_first() -> None:
    one = Unaffected("keyword that does not apply", "", 1, 2, "`a` on a string, b")
    assert counted([one, one]) == "2 keywords that do not apply (`a` on a string, b, …)"
    assert counted([Unaffected("summary", "", 1, 2)] * 2) == "2 summaries"
    shown = Unaffected("summary", "/info/summary", None, "x" * 60).shown
    assert shown == f'summary: info.summary: nothing → "{"x" * 59}'
