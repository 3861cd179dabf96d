"""The effects of policies on findings, and their notes."""

from datetime import date
from typing import Any

from scripts.diff.policies.apply import is_major_step, stability_levels, sunset
from scripts.diff.policies.read import FLAGS, Acceptance, Policy, Severities
from scripts.diff.results import Review
from scripts.diff.review import compare_contracts, review
from tests.diff.documents import Json, S, document, has, operation, ref, responding
from tests.diff.reviewing import TODAY, contract

SUNSET, UNSTABLE, MAJOR = (frozenset([flag]) for flag in FLAGS)
LEVEL = "x-stability-level"
GET = "/paths/~1pets~1{id}/get"
GONE = responding(has(name=S)), responding(has())


def reviewed(old: Json, new: Json, **policies: Any) -> Review:
    contracts = contract(old, "old.json"), contract(new, "new.json")
    return review(compare_contracts(*contracts, "both", Policy(**policies)), [], TODAY)


def reported(given: Review) -> list[str]:
    """Return each finding as `rule wire/sdk`."""
    findings = (each.finding for each in given.findings)
    return [f"{each.rule} {each.wire}/{each.sdk}" for each in findings]


def notes_of(given: Review) -> list[str]:
    """Return the notes of the policies, those without an effect in brackets."""
    return [note.text if note.has_effect else f"({note.text})" for note in given.notes]


def test_a_policy_changes_only_findings_of_its_rule_that_had_another_severity() -> None:
    severity = {
        "operation-deprecated": Severities("breaking", None),
        "operation-id-renamed": Severities("safe", "breaking"),
    }
    given = reviewed(operation(), operation(deprecated=True, operationId="b"), severity=severity)
    # One word does not worsen the severity in generated code; the worst on the wire comes first.
    assert [each.split()[1] for each in reported(given)] == ["breaking/none", "safe/breaking"]
    reason = "operation-deprecated has its severity by policy"
    assert [each.policy for each in given.findings] == [reason, ""]
    assert given.fails("breaking")
    assert reviewed(*GONE).notes == ()
    assert notes_of(given) == [
        f"{reason}: 1 finding changed",
        "(operation-id-renamed has its severity by policy: 0 findings changed)",
    ]


def test_paths_are_excluded_and_counted() -> None:
    old = document({"/pets": {"get": {"operationId": "a"}}, "/in/a": {"get": {"operationId": "b"}}})
    new = document({"/pets": {"get": {"operationId": "c"}}})
    given = reviewed(old, new, exclude_paths=("/in/**", "/out/*"))
    assert reported(given) == ["operation-id-renamed safe/breaking"]
    assert notes_of(given) == [
        "left out: 1 path as /in/**, 1 of them changed",
        "(left out: 0 paths as /out/*, 0 of them changed)",
    ]
    same, changed = (reviewed(old, each, exclude_paths=("/**",)) for each in (old, new))
    assert (same.is_empty, changed.is_empty) == (True, False)


def test_findings_are_accepted_by_rule_and_place() -> None:
    for rule, place, count in (
        ("property-removed", "**", "1 finding"),
        ("property-*", "* /pets", "1 finding"),
        ("property-*", "GET /pets: responses[200].**", "1 finding"),
        ("property-*", "GET /cats", "0 findings"),
        ("enum-*", "**", "0 findings"),
    ):
        given = reviewed(*GONE, accept=(Acceptance(rule, place, "unused", "api"),))
        is_accepted = count == "1 finding"
        assert given.findings[0].accepted == ("unused (policy, by api)" if is_accepted else None)
        note = f"accepted {rule} at {place}: {count} (unused)"
        assert notes_of(given) == [note if is_accepted else f"({note})"]


def test_an_acceptance_expires_after_its_day_and_only_one_that_matches_is_stale() -> None:
    entry = Acceptance("property-*", "**", "unused", "", date(2030, 5, 4))
    given = reviewed(*GONE, accept=(entry,))
    said = "property-* at ** (accepted by policy) expired on 2030-05-04: decide again"
    assert (given.stale, given.fails("any")) == ((said,), True)
    assert reviewed(operation(), operation(deprecated=True), accept=(entry,)).stale == ()
    today = reviewed(*GONE, accept=(entry._replace(until=TODAY),))
    assert (today.stale, today.findings[0].accepted) == ((), "unused (policy)")


def test_the_removal_of_what_was_deprecated_is_safe_after_its_sunset() -> None:
    sides = []
    for day, reason in (
        ("2030-05-04", "deprecated, and x-sunset 2030-05-04 has passed"),
        ("2030-05-05", ""),  # today is the last day
        ("soon", ""),
    ):
        sunset: Json = {"deprecated": True, "x-sunset": day}
        sides.append((operation(**sunset), document(), day, reason))
        sides.append((responding(has(a={**S, **sunset})), responding(has()), day, reason))
    for old, new, day, reason in sides:
        given = reviewed(old, new, flags=SUNSET)
        (found,) = reported(given)
        assert found.endswith("-removed safe/compatible" if reason else " breaking/breaking")
        assert given.findings[0].policy == reason
        note = "removal after x-sunset is not breaking: "
        done, *unread = notes_of(given)
        assert done == (f"{note}1 finding" if reason else f"({note}0 findings)")
        assert [each[:15] for each in unread] == (["x-sunset 'soon'"] if day == "soon" else [])


def test_an_unstable_operation_may_break() -> None:
    for old, new, count in (
        ("alpha", "alpha", "1 finding"),
        ("draft", "", "1 finding"),
        ("beta", "beta", "0 findings"),
        ("", "alpha", "0 findings"),  # it was stable before
    ):
        pair = (
            operation(operationId=name, **({LEVEL: level} if level else {}))
            for name, level in (("a", old), ("b", new))
        )
        given = reviewed(*pair, flags=UNSTABLE)
        is_accepted = count == "1 finding"
        reason = f"x-stability-level is {old} (policy)" if is_accepted else None
        assert given.findings[0].accepted == reason
        assert given.fails("breaking") is not is_accepted
        note = f"x-stability-level alpha or draft may break: {count}"
        assert notes_of(given) == [note if is_accepted else f"({note})"]


def test_a_path_may_be_unstable_and_move_but_another_operation_may_not_break() -> None:
    item = {"get": {"operationId": "a"}, LEVEL: "alpha"}
    old = document({"/pets": item, "/cats": {"get": {"operationId": "b"}}})
    for new, broken in (({}, "GET /cats"), ({"/moved": item}, "GET /cats")):
        given = reviewed(old, document(new), flags=UNSTABLE)
        assert [each.finding.before for each in given.open] == [broken]


def test_a_finding_of_several_operations_or_of_none_is_judged_as_a_whole() -> None:
    old, new = (
        document(
            {
                f"/{level}": {
                    "get": {**responding(ref("Pet"))["paths"]["/pets"]["get"], LEVEL: level}
                }
                for level in ("alpha", "draft")
            },
            components={"schemas": {"Pet": pet, "Unused": unused}},
        )
        for pet, unused in ((has(a=S), has(b=S)), (has(), has()))
    )
    shared, unused = (each.accepted for each in reviewed(old, new, flags=UNSTABLE).findings)
    assert (shared, unused) == ("x-stability-level is alpha, draft (policy)", None)
    for place, accepted in (("GET /alpha", []), ("GET /*", ["Pet.a is gone"])):
        given = reviewed(old, new, accept=(Acceptance("**", place, "unused"),))
        assert [each.finding.message for each in given.findings if each.accepted] == accepted


def test_a_major_version_may_break() -> None:
    for version, is_accepted in (("2.0.0", True), ("1.3.0", False)):
        old, new = (
            operation(operationId=stated) | {"info": {"title": "Pets", "version": stated}}
            for stated in ("1.2.0", version)
        )
        given = reviewed(old, new, flags=MAJOR)
        (accepted,) = {each.accepted for each in given.findings if each.finding.sdk == "breaking"}
        reason = f"info.version rises from 1.2.0 to {version} (policy)"
        assert accepted == (reason if is_accepted else None)
        note = f"a major info.version may break (1.2.0 → {version}): "
        assert notes_of(given) == [f"{note}1 finding" if is_accepted else f"({note}0 findings)"]


def test_a_sunset_is_the_last_day_of_a_deprecated_item() -> None:
    no_day = "at GET /pets/{id} is not a day as 2030-12-31"
    stated: list[tuple[Any, Any, Any]] = [
        (True, "2030-05-04", date(2030, 5, 4)),
        (True, "2030-05-04T10:00:00Z", date(2030, 5, 4)),
        (True, None, None),
        (False, "2030-05-04", None),
        ("yes", "2030-05-04", None),
        (True, 2030, f"x-sunset 2030 {no_day}"),
        (True, "x" * 99, f"x-sunset '{'x' * 39} {no_day}"),
    ]
    for deprecated, day, expected in stated:
        given = operation(deprecated=deprecated, **{"x-sunset": day})
        assert sunset(given, GET) == expected
    for place in (f"{GET}/parameters/0", f"{GET}/operationId", "elsewhere", GET):
        assert sunset(operation(), place) is None


def test_a_level_is_read_from_the_operation_or_else_from_its_path() -> None:
    paths = {
        "/pets/{id}": {LEVEL: "alpha", "get": {LEVEL: "beta"}, "put": {}},
        "/cats": {"get": {}},
        "/dogs": {"get": {LEVEL: 1}},
    }
    assert stability_levels(document(paths)) == {"GET /pets/{}": "beta", "PUT /pets/{}": "alpha"}


def test_a_major_step_raises_the_first_number() -> None:
    major = "1.2.0 2.0.0, v1 v2, 1.9.9-rc.1 2, 1.0+5 2.0, 9.0 10.0"
    others = "1.0.0 1.1.0, 2.0.0 1.0.0, 2021-04-15 2022-01-01, 1.0 2022-01-01, one 2.0.0"
    assert [each for each in major.split(", ") if not is_major_step(*each.split())] == []
    assert [each for each in others.split(", ") if is_major_step(*each.split())] == []
