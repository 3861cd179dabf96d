"""The effects of policies on findings, and their notes."""

from datetime import date
from typing import Any

import pytest

from scripts.contract.diff.policies.read import FLAGS, Acceptance, Policy, Severities
from scripts.contract.diff.review import Review, compare_contracts, review
from tests.contract.diff.documents import Json, S, document, has, operation, responding
from tests.contract.diff.reviewing import ROOT, TODAY, contract

SUNSET, UNSTABLE, MAJOR = (frozenset([flag]) for flag in FLAGS)
YESTERDAY, TOMORROW = "2030-05-04", "2030-05-06"  # of TODAY


def reviewed(old: Json, new: Json, **policies: Any) -> Review:
    """Review two documents under policies."""
    policy = Policy(**policies)
    compared = compare_contracts(
        contract(old, "old.json"), contract(new, "new.json"), "both", policy
    )
    return review(compared, [], TODAY, root=ROOT)


def reported(given: Review) -> list[str]:
    """Return each finding as `rule wire/sdk`, with a star if it is accepted."""
    return [
        f"{each.finding.rule} {each.finding.wire}/{each.finding.sdk}"
        + ("" if each.accepted is None else "*")
        for each in given.findings
    ]


def notes_of(given: Review) -> list[str]:
    """Return the notes of the policies."""
    return [note.text for note in given.notes]


RENAMED = operation(operationId="a"), operation(operationId="b")
GONE = responding(has(name=S)), responding(has())


def test_without_a_policy_there_are_no_notes() -> None:
    given = reviewed(*GONE)
    assert (reported(given), given.notes) == (["property-removed breaking/breaking"], ())


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        (Severities("risky", None, "compatible"), "risky/compatible"),
        (Severities("safe", None, "none"), "safe/none"),
        (Severities(None, "none"), "breaking/none"),
        (Severities("risky", "breaking"), "risky/breaking"),
    ],
)
def test_a_rule_gets_another_severity(severities: Severities, expected: str) -> None:
    given = reviewed(*GONE, severity={"property-removed": severities})
    assert reported(given) == [f"property-removed {expected}"]
    assert given.findings[0].policy == "property-removed has its severity by policy"
    assert notes_of(given) == ["property-removed has its severity by policy: 1 finding changed"]
    assert given.fails("breaking") == ("breaking" in expected)


def test_a_severity_of_one_word_does_not_worsen_that_of_generated_code() -> None:
    given = reviewed(
        operation(),
        operation(deprecated=True),
        severity={"operation-deprecated": Severities("breaking", None)},
    )
    assert reported(given) == ["operation-deprecated breaking/none"]


PATHS = {"/pets": {"get": {"operationId": "a"}}, "/in/a": {"get": {"operationId": "b"}}}


def test_paths_are_excluded_and_counted() -> None:
    new = {"/pets": {"get": {"operationId": "c"}}}
    given = reviewed(document(PATHS), document(new), exclude_paths=("/in/**", "/out/*"))
    assert reported(given) == ["operation-id-renamed safe/breaking"]
    assert notes_of(given) == [
        "left out: 1 path as /in/**, 1 of them changed",
        "left out: 0 paths as /out/*, 0 of them changed",
    ]


def test_a_report_with_excluded_paths_is_not_empty() -> None:
    old, new = document(PATHS), document({**PATHS, "/in/a": {}})
    assert not reviewed(old, new, exclude_paths=("/in/*",)).is_empty
    assert reviewed(old, old, exclude_paths=("/in/*",)).is_empty


@pytest.mark.parametrize(
    ("rule", "place", "is_accepted"),
    [
        ("property-removed", "**", True),
        ("property-*", "GET /pets", True),
        ("property-*", "* /pets", True),
        ("property-*", "/paths/~1pets/get/**", True),
        ("property-*", "GET /pets: responses[200].**", True),
        ("property-*", "GET /cats", False),
        ("enum-*", "**", False),
    ],
)
def test_findings_are_accepted_by_rule_and_place(rule: str, place: str, is_accepted: bool) -> None:
    given = reviewed(*GONE, accept=(Acceptance(rule, place, "unused", "api"),))
    assert given.findings[0].accepted == ("unused (policy, by api)" if is_accepted else None)
    count = "1 finding" if is_accepted else "0 findings"
    assert notes_of(given) == [f"accepted {rule} at {place}: {count} (unused)"]


def test_an_expired_acceptance_that_matches_fails_the_run() -> None:
    entry = Acceptance("property-*", "**", "unused", "", date(2030, 5, 4))
    given = reviewed(*GONE, accept=(entry,))
    assert given.stale == (
        "property-* at ** (accepted by policy) expired on 2030-05-04: decide again",
    )
    assert given.fails("any")
    assert reviewed(*RENAMED, accept=(entry,)).stale == ()
    today = reviewed(*GONE, accept=(entry._replace(until=TODAY),))
    assert (today.stale, today.findings[0].accepted) == ((), "unused (policy)")


def ending(day: Any) -> tuple[Json, Json]:
    """Return two documents: an operation is deprecated with a sunset, then removed."""
    fields = {"deprecated": True, **({} if day is None else {"x-sunset": day})}
    return operation(**fields), document()


@pytest.mark.parametrize(
    ("pair", "expected"),
    [
        (ending(YESTERDAY), "operation-removed safe/compatible"),
        (ending(TOMORROW), "operation-removed breaking/breaking"),
        (ending(None), "operation-removed breaking/breaking"),
        (ending("soon"), "operation-removed breaking/breaking"),
        (
            (
                responding(has(a={**S, "deprecated": True, "x-sunset": YESTERDAY})),
                responding(has()),
            ),
            "property-removed safe/compatible",
        ),
    ],
)
def test_the_removal_of_what_was_deprecated_is_safe_after_its_sunset(
    pair: tuple[Json, Json], expected: str
) -> None:
    assert reported(reviewed(*pair, flags=SUNSET)) == [expected]


def test_the_note_has_the_day_of_a_sunset_and_an_invalid_one_is_noted() -> None:
    passed = reviewed(*ending(YESTERDAY), flags=SUNSET)
    assert passed.findings[0].policy == f"deprecated, and x-sunset {YESTERDAY} has passed"
    assert notes_of(passed) == ["removal after x-sunset is not breaking: 1 finding"]
    assert notes_of(reviewed(*ending("soon"), flags=SUNSET))[1] == (
        "x-sunset 'soon' at GET /pets/{id} is not a day as 2030-12-31"
    )


@pytest.mark.parametrize(
    ("old", "new", "is_accepted"),
    [
        ("alpha", "alpha", True),
        ("draft", None, True),
        ("beta", "beta", False),
        (None, "alpha", False),  # it was stable before
    ],
)
def test_an_unstable_operation_may_break(
    old: str | None, new: str | None, is_accepted: bool
) -> None:
    pair = [
        operation(operationId=name, **({"x-stability-level": level} if level else {}))
        for name, level in (("a", old), ("b", new))
    ]
    given = reviewed(*pair, flags=UNSTABLE)
    expected = f"x-stability-level is {old} (policy)" if is_accepted else None
    assert given.findings[0].accepted == expected
    assert given.fails("breaking") is not is_accepted


def test_a_path_may_be_unstable_but_another_operation_may_not_break() -> None:
    item = {"get": {"operationId": "a"}, "x-stability-level": "alpha"}
    old = document({"/pets": item, "/cats": {"get": {"operationId": "b"}}})
    given = reviewed(old, document(), flags=UNSTABLE)
    accepted = {each.finding.before: each.accepted is not None for each in given.findings}
    assert accepted == {"GET /pets": True, "GET /cats": False}


@pytest.mark.parametrize(
    ("old", "new", "is_accepted"), [("1.2.0", "2.0.0", True), ("1.0.0", "1.1.0", False)]
)
def test_a_major_version_may_break(old: str, new: str, is_accepted: bool) -> None:
    pair = [
        {**document, "info": {"title": "Pets", "version": version}}
        for document, version in zip(RENAMED, (old, new), strict=True)
    ]
    given = reviewed(*pair, flags=MAJOR)
    renamed = next(each for each in given.findings if each.finding.rule == "operation-id-renamed")
    expected = f"info.version rises from {old} to {new} (policy)" if is_accepted else None
    assert renamed.accepted == expected
    count = "1 finding" if is_accepted else "0 findings"
    assert notes_of(given) == [f"a major info.version may break ({old} → {new}): {count}"]
