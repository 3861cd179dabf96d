"""A finding as a reader gets it: the findings of one schema are read as one."""

from dataclasses import replace
from typing import Any

from scripts.diff.findings import Spot
from scripts.diff.report import render
from scripts.diff.report.words import impact_lines
from scripts.diff.results import LENSES, Review
from scripts.diff.reviewed import ReviewedFinding
from tests.diff.documents import S, has, ref, requesting, responding, using
from tests.diff.reviewing import compared

START = "response 200 of GET /pets"
PET, SHOP = has(name=S, age=S), has(vat=S)
REPLACED = compared(responding(PET), responding(SHOP))
RENAMED = compared(using(ref("Pet"), Pet=PET, Shop=SHOP), using(ref("Shop"), Pet=PET, Shop=SHOP))


def messages(given: Review) -> list[tuple[str, int]]:
    return [(each.finding.message, len(each.finding.places)) for each in given.worst_first()]


def test_several_properties_of_one_schema_are_read_as_one_finding() -> None:
    given = compared(responding(has(a=S, b=S, c=S, d=has(e=S))), responding(has(d=has())))
    assert messages(given) == [
        (f"{START}.a is gone, and so are .b and .c", 3),
        (f"{START}.d.e is gone", 1),
    ]
    assert len(given.findings) == 4
    whole = given.worst_first()[0].finding.fingerprint.split(", ")
    assert whole == [each.finding.fingerprint for each in given.findings[:3]]


def test_a_schema_of_which_no_property_is_left_is_read_as_replaced() -> None:
    (entry,) = REPLACED.worst_first()
    assert entry.finding.message == f"{START} is replaced: .age and .name are gone, and .vat is new"
    assert (entry.severity("wire"), entry.finding.rule) == ("breaking", "property-removed")
    assert (entry.finding.wire, entry.finding.sdk) == ("breaking", "breaking")
    assert (entry.finding.before, entry.finding.after) == (["age", "name"], ["vat"])
    assert len(entry.finding.places) == len(REPLACED.findings) == 3
    for form in ("text", "markdown", "html"):
        assert "3 findings in 1 entry" in render(REPLACED, form)
        assert "1 entry" not in render(compared(responding(PET), responding(has(name=S))), form)


def test_the_class_of_a_replaced_schema_is_part_of_the_entry() -> None:
    for old, new, said in (
        ("Pet", "Shop", "its class was Pet and is Shop"),
        ("Pet", "", "its class was Pet and is inline"),
        ("", "Shop", "its class was inline and is Shop"),
    ):
        sides = [
            using(ref(name) if name else inline, Pet=PET, Shop=SHOP)
            for name, inline in ((old, PET), (new, SHOP))
        ]
        (message, places), *_ = messages(compared(*sides))
        assert (message.partition("; ")[2], places) == (said, 4)


def test_only_a_schema_with_other_properties_is_replaced() -> None:
    for old, new, entries in (
        (has(name=S, age=S), has(name=S, vat=S), 2),  # one is left
        (has(name=S, age=has(a=S)), has(vat=has(b=S)), 1),
        (has(name=S), has(vat=S), 2),  # renamed, most likely
        (has(name=S, age=S, kind=S), has(), 1),  # nothing stands there instead
        (has(), has(name=S, age=S, kind=S), 1),
        (has(a=PET, b=PET), has(a=SHOP, b=SHOP), 2),  # two schemas
    ):
        assert len(compared(responding(old), responding(new)).worst_first()) == entries


def test_a_schema_of_another_file_is_not_looked_up() -> None:
    def elsewhere(each: ReviewedFinding) -> ReviewedFinding:
        places = [Spot(f"a.json#{old}", f"b.json#{new}") for old, new in each.finding.places]
        return replace(each, finding=replace(each.finding, places=places))

    found = tuple(map(elsewhere, REPLACED.findings))
    assert len(replace(REPLACED, findings=found).worst_first()) == 2


def test_findings_that_are_judged_apart_are_not_read_as_a_replaced_schema() -> None:
    judgements: list[dict[str, Any]] = [{"accepted": "known"}, {"policy": "known"}]
    for rule in ("property-removed", "property-added-optional"):
        for judged in judgements:
            found = tuple(
                replace(each, **judged) if each.finding.rule == rule else each
                for each in RENAMED.findings
            )
            assert sorted(messages(replace(RENAMED, findings=found))) == [
                ("Pet has another name: the generated class is renamed", 1),
                ("Shop.age is gone, and so is .name", 2),
                ("Shop.vat is a new property", 1),
            ]
    given = compared(responding(has(a=S, b=S, c=S)), responding(SHOP))
    first, *others = given.findings
    found = (replace(first, accepted="known"), *others)
    assert len(replace(given, findings=found).worst_first()) == 3


def test_the_severity_of_a_finding_depends_on_the_lens() -> None:
    (renamed,) = (each for each in RENAMED.findings if each.finding.rule == "model-renamed")
    assert [renamed.severity(lens) for lens in LENSES] == ["breaking", "safe", "breaking"]


def test_the_renaming_of_several_classes_stays_a_finding_of_its_own() -> None:
    more = tuple(
        replace(
            each, finding=replace(each.finding, places=[*each.finding.places, Spot("/b", "/b")])
        )
        if each.finding.rule == "model-renamed"
        else each
        for each in RENAMED.findings
    )
    assert sorted(places for _, places in messages(replace(RENAMED, findings=more))) == [2, 3]


def test_an_entry_is_as_severe_as_the_worst_of_its_findings() -> None:
    old = has(a={**S, "readOnly": True}, b={**S, "readOnly": True})
    given = compared(requesting(old), requesting({**has(c=S), "required": ["c"]}))
    (entry,) = given.worst_first()
    assert (entry.finding.wire, entry.finding.sdk) == ("breaking", "breaking")
    assert entry.finding.rule == "property-added-required"


def test_an_entry_has_what_depends_on_each_of_its_findings() -> None:
    class Used(ReviewedFinding):
        def impact(self) -> list[str]:
            return ["facade: all of it", f"app: {self.finding.pointer.rpartition('/')[2]}"]

    used = tuple(Used(each.finding, each.old, each.new) for each in REPLACED.findings)
    (entry,) = replace(REPLACED, findings=used).worst_first()
    assert impact_lines(entry) == ["facade: all of it", "app: age", "app: name", "app: vat"]
