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
    contracts = contract(old, "old.json"), contract(new, "new.json")
    return review(compare_contracts(*contracts, "both", Policy(**policies)), [], TODAY, root=ROOT)


def reported(given: Review) -> list[str]:
    """Return each finding as `rule wire/sdk`."""
    findings = (each.finding for each in given.findings)
    return [f"{each.rule} {each.wire}/{each.sdk}" for each in findings]


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
    severity = {"operation-deprecated": Severities("breaking", None)}
    given = reviewed(operation(), operation(deprecated=True), severity=severity)
    assert reported(given) == ["operation-deprecated breaking/none"]


def test_a_policy_changes_only_findings_of_its_rule_that_had_another_severity() -> None:
    by_policy = "operation-deprecated has its severity by policy"
    severity = {
        "operation-deprecated": Severities("risky", None),
        "operation-id-renamed": Severities("safe", "breaking"),
    }
    given = reviewed(operation(), operation(deprecated=True, operationId="b"), severity=severity)
    assert {each.finding.rule: each.policy for each in given.findings} == {
        "operation-deprecated": by_policy,
        "operation-id-renamed": "",
    }
    assert notes_of(given) == [
        f"{by_policy}: 1 finding changed",
        "operation-id-renamed has its severity by policy: 0 findings changed",
    ]


PATHS = {"/pets": {"get": {"operationId": "a"}}, "/in/a": {"get": {"operationId": "b"}}}


def test_paths_are_excluded_and_counted() -> None:
    new = {"/pets": {"get": {"operationId": "c"}}}
    given = reviewed(document(PATHS), document(new), exclude_paths=("/in/**", "/out/*"))
    assert reported(given) == ["operation-id-renamed safe/breaking"]
    assert notes_of(given) == [
        "left out: 1 path as /in/**, 1 of them changed",
        "left out: 0 paths as /out/*, 0 of them changed",
    ]


def test_a_report_with_excluded_paths_is_empty_only_if_they_stay() -> None:
    old, new = document(PATHS), document({**PATHS, "/in/a": {}})
    assert [reviewed(old, each, exclude_paths=("/in/*",)).is_empty for each in (old, new)] == [
        True,
        False,
    ]


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


@pytest.mark.parametrize(
    ("day", "severities", "note"),
    [
        (YESTERDAY, "safe/compatible", None),
        (TOMORROW, "breaking/breaking", None),
        (
            "soon",
            "breaking/breaking",
            "x-sunset 'soon' at GET /pets/{id} is not a day as 2030-12-31",
        ),
    ],
)
def test_the_removal_of_what_was_deprecated_is_safe_after_its_sunset(
    day: str, severities: str, note: str | None
) -> None:
    given = reviewed(operation(**sunset(day)), document(), flags=SUNSET)
    assert reported(given) == [f"operation-removed {severities}"]
    is_safe = severities.startswith("safe")
    assert given.findings[0].policy == (
        f"deprecated, and x-sunset {day} has passed" if is_safe else ""
    )
    count = "1 finding" if is_safe else "0 findings"
    assert notes_of(given) == [
        f"removal after x-sunset is not breaking: {count}",
        *filter(None, [note]),
    ]


def test_a_property_may_be_removed_after_its_sunset() -> None:
    old = responding(has(a={**S, **sunset(YESTERDAY)}))
    given = reviewed(old, responding(has()), flags=SUNSET)
    assert reported(given) == ["property-removed safe/compatible"]


def sunset(day: str) -> Json:
    """Return the fields of something that is deprecated until a day."""
    return {"deprecated": True, "x-sunset": day}


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


@pytest.mark.parametrize(("new", "is_accepted"), [("2.0.0", True), ("1.3.0", False)])
def test_a_major_version_may_break(new: str, is_accepted: bool) -> None:
    versions = {"title": "Pets", "version": "1.2.0"}, {"title": "Pets", "version": new}
    pair = [{**each, "info": info} for each, info in zip(RENAMED, versions, strict=True)]
    given = reviewed(*pair, flags=MAJOR)
    (accepted,) = {each.accepted for each in given.findings if each.finding.sdk == "breaking"}
    assert accepted == (f"info.version rises from 1.2.0 to {new} (policy)" if is_accepted else None)
    count = "1 finding" if is_accepted else "0 findings"
    assert notes_of(given) == [f"a major info.version may break (1.2.0 → {new}): {count}"]
