"""The subject of a finding, in the names of the facade."""

from scripts.contract.impact.breaks import Subject, subject_of
from scripts.diff.compare import compare
from tests.diff.documents import Json, S, document, has, operation, requesting, responding

LIMIT = {"name": "pageLimit", "in": "query", "schema": {"type": "integer"}}
TEXT, NEEDED = {**LIMIT, "schema": S}, {**LIMIT, "required": True}


def sharing(parameter: Json) -> Json:
    """Return a document whose operation refers to a parameter."""
    given = operation(parameters=[{"$ref": "#/components/parameters/Limit"}])
    return {**given, "components": {"parameters": {"Limit": parameter}}}


def test_a_finding_is_about_a_parameter_a_property_or_neither() -> None:
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
        assert subject_of(finding, old, new) == expected


def test_only_an_unsent_property_is_received_only() -> None:
    subjects = [Subject("name"), Subject("name", is_sent=True), Subject()]
    assert [each.is_received_only for each in subjects] == [True, False, False]


def test_a_place_that_its_document_lacks_has_no_subject_of_its_own() -> None:
    required = compare(requesting(has("a")), requesting(has("b"))).findings[0]
    typed = compare(operation(parameters=[LIMIT]), operation(parameters=[TEXT])).findings[0]
    for finding in (required, typed):
        found = subject_of(finding, document(), document())
        assert (found.location, found.is_sent) == ("", True)
