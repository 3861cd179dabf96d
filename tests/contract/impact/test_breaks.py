"""The subject of a finding, in the names of the facade; what breaks is in test_regenerated.py."""

from scripts.contract.impact.breaks import Subject, subject_of
from scripts.diff.compare import compare
from tests.diff.documents import Json, S, document, has, operation, requesting, responding

LIMIT = {"name": "pageLimit", "in": "query", "schema": {"type": "integer"}}
TEXT, NEEDED = {**LIMIT, "schema": S}, {**LIMIT, "required": True}


def sharing(parameter: Json) -> Json:
    given = operation(parameters=[{"$ref": "#/components/parameters/Limit"}])
    return {**given, "components": {"parameters": {"Limit": parameter}}}


def test_a_finding_is_about_a_parameter_a_property_or_neither() -> None:
    assert not Subject().is_received_only
    limit = Subject("page_limit", "query", True)
    for old, new, expected in (
        (operation(), operation(operationId="b"), Subject(is_sent=True)),
        (operation(parameters=[LIMIT]), operation(), limit),
        (operation(), operation(parameters=[NEEDED]), limit._replace(must_be_sent=True)),
        (sharing(LIMIT), sharing(TEXT), limit),
        (requesting(has(aB=S)), requesting(has("aB", aB=S)), Subject("a_b", "", True, True)),
        (responding(has(firstName=S)), responding(has()), Subject("first_name")),
        (document(), document(tags=[{"name": "a"}]), Subject(is_sent=True)),
    ):
        (finding,) = compare(old, new).findings
        found = subject_of(finding, old, new)
        assert found == expected
        assert found.is_received_only == (found == Subject("first_name"))
        lost = subject_of(finding, document(), document())  # its place is not there
        assert (lost.location, lost.is_sent) == ("", expected.is_sent)
