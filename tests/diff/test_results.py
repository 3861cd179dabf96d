"""A review: its findings, its counts, and when it fails a run."""

from dataclasses import replace

from scripts.diff.results import LEVELS, PolicyNote, grouped, problem_lines
from scripts.diff.review import compare_contracts
from scripts.openapi.references import Problem
from tests.diff.documents import S, has, operation, requesting, responding
from tests.diff.reviewing import compared, contract

BREAKING = compared(requesting({"enum": ["a", "b"]}), requesting({"enum": ["a"]}))
RISKY = compared(requesting({"type": "string"}), requesting({"type": "string", "default": "a"}))
SAFE = compared(operation(), operation(deprecated=True))
NAMES = compared(operation(operationId="a"), operation(operationId="b"))
NOTHING = compared(operation(), operation())
ACCEPTED = replace(BREAKING, findings=(replace(BREAKING.findings[0], accepted="known"),))


def test_what_is_open_and_its_worst_severity_decide_whether_a_run_fails() -> None:
    for given, failing in (
        (BREAKING, "breaking risky any"),
        (RISKY, "risky any"),
        (SAFE, "any"),
        (NAMES, "breaking risky any"),
        (NOTHING, ""),
        (ACCEPTED, ""),
        (replace(NOTHING, stale=("an entry",)), "breaking risky any"),
    ):
        assert [level for level in LEVELS if given.fails(level)] == failing.split()


def test_the_sdk_lens_hides_findings_outside_generated_code() -> None:
    old, new = contract(operation()), contract(operation(deprecated=True, operationId="b"))
    assert len(compare_contracts(old, new).findings) == 2
    (finding,) = compare_contracts(old, new, "sdk").findings
    assert finding.finding.rule == "operation-id-renamed"


def test_the_worst_finding_under_the_lens_comes_first_and_is_counted() -> None:
    given = replace(NOTHING, findings=(*SAFE.findings, *RISKY.findings, *NAMES.findings))
    for lens, severities in (
        ("both", ["breaking", "risky", "safe"]),
        ("wire", ["risky", "safe", "safe"]),
        ("sdk", ["breaking", "safe", "safe"]),
    ):
        seen = replace(given, lens=lens)
        assert [each.severity(lens) for each in seen.worst_first()] == severities
        assert list(seen.severities().values()) == [*map(severities.count, given.severities())]
    assert given.conclusion == "1 breaking, 1 risky, 1 safe"
    assert NOTHING.conclusion == "nothing to do"
    assert given.counts() == {
        "wire": {"breaking": 0, "risky": 1, "safe": 2},
        "sdk": {"breaking": 1, "compatible": 1, "none": 1},
    }


def test_a_problem_of_one_document_is_to_be_reported_and_one_of_both_is_not() -> None:
    broken = responding({"$ref": "#/nothing"})
    assert compared(broken, broken).is_empty
    assert not replace(compared(broken, broken), stale=("an entry",)).is_empty
    assert replace(NOTHING, notes=(PolicyNote("a policy", False),)).is_empty
    assert not SAFE.is_empty
    assert not replace(NOTHING, proposals=({},)).is_empty
    assert not compared(broken, responding({})).is_empty


def test_the_open_findings_are_counted_against_the_open_entries() -> None:
    given = compared(responding(has(a=S, b=S)), responding(has()))
    assert given.entries_text == "2 findings in 1 entry"
    both = replace(given, findings=(*given.findings, *NAMES.findings, *ACCEPTED.findings))
    assert both.entries_text == "3 findings in 2 entries"
    assert BREAKING.entries_text == ACCEPTED.entries_text == ""


def test_a_problem_of_both_documents_is_one_line_and_of_several_places_says_how_many() -> None:
    odd, bad = Problem("old", "/info", "it is odd"), Problem("old", "/tags/0", "it is bad", 2)
    assert problem_lines([odd, bad, odd._replace(document="new")]) == [
        "old and new: it is odd at info",
        "old: it is bad (2 places) at tags[0]",
    ]


def test_a_finding_is_located_in_both_documents() -> None:
    (finding,) = SAFE.findings
    text = contract(operation(deprecated=True)).data[""].decode().split("\n")
    assert text[finding.new.line - 1][finding.new.column - 1 :] == '"deprecated": true,'


def test_documents_that_differ_without_effect_are_told_so() -> None:
    given = compared(operation(), operation(description="a", summary="b"))
    assert given.conclusion == (
        "the documents differ, without effect on requests, responses or generated code: "
        "1 description, 1 summary"
    )
    assert [given.is_empty, given.fails("any"), given.sections()] == [False, False, []]
    (section,) = replace(given, is_whole=True).sections()
    assert section.lines == [
        'description: GET /pets/{id}: description: nothing → "a"',
        'summary: GET /pets/{id}: summary: nothing → "b"',
    ]
    both = compared(operation(), operation(description="a", deprecated=True))
    (counted,) = both.sections()
    assert (counted.lines, both.conclusion, SAFE.sections()) == (["1 description"], "1 safe", [])


def test_a_review_is_named_by_its_documents_and_its_day() -> None:
    given = replace(SAFE, when="2030-01-01")
    assert given.between == "2030-01-01: old.json → new.json"
    assert "get-pet" not in repr(given)  # the documents are too long


def test_findings_are_grouped_by_severity_operation_or_cause() -> None:
    (safe,) = SAFE.findings
    apart = [
        replace(safe, finding=replace(safe.finding, operations=each)) for each in ([], [*"ab"])
    ]
    found = [*apart, safe, *NAMES.findings]
    for by, expected in (
        ("severity", ["Safe", "Breaking"]),
        ("operation", ["GET /pets/{id}", "Several operations", "The document"]),
        ("cause", ["operation-deprecated", "operation-id-renamed"]),
    ):
        assert [name for name, _ in grouped(found, by, "both")] == expected
