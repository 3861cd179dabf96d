"""Each rule is what its example shows, with the severities of its row, there and back."""

import re
from pathlib import Path

import pytest

import scripts.diff
from scripts.diff.load import Contract
from scripts.diff.rules import SDK, WIRE, Direction, Position, Rule, rules
from scripts.evidence.page_review import compare_page
from scripts.openapi.documents import dump
from tests.diff import examples
from tests.evidence.pages import CONTRACT, PAGE

SCRIPTS = Path(scripts.diff.__file__).parents[1]
EVERY = list(rules().values())
REQUEST = Position(Direction.REQUEST)
ALWAYS, PROVED = REQUEST._replace(is_always_sent=True), REQUEST._replace(is_proved=True)
ABSORBED = Position(Direction.RESPONSE, is_absorbed=True)
SHOWN = [
    pytest.param(section, rule, id=rule.id)
    for section, rules_ in examples.sections()
    for rule in rules_
]


def test_a_row_is_complete_and_the_mirror_of_its_mirror() -> None:
    for rule in EVERY:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
        assert set(rule.wire) <= set(WIRE), rule.id
        assert set(rule.sdk) <= set(SDK), rule.id
        assert len(rule.sentence) > 5, rule.id
        assert all(rule.id in rules()[mirror].mirror for mirror in rule.mirror), rule.id


def test_every_rule_stands_in_one_section() -> None:
    assert [param.values[1] for param in SHOWN] == EVERY


def test_the_whole_id_of_every_rule_stands_in_the_code() -> None:
    files = [each for name in ("diff", "evidence") for each in (SCRIPTS / name).rglob("*.py")]
    words = {word for file in files for word in re.findall(r"[a-z-]+", file.read_text())}
    assert rules().keys() - words == set()


@pytest.mark.parametrize(("section", "rule"), SHOWN)
def test_an_example_is_found_by_its_rule_and_backwards_by_its_mirror(
    section: str, rule: Rule, tmp_path: Path
) -> None:
    if section.startswith("What a page"):
        assert contradictions(rule, tmp_path / "page.md") == [(rule.id, rule.wire[0], rule.sdk[0])]
    else:
        examples.check_one(section, rule)


def contradictions(rule: Rule, path: Path) -> list[tuple[str, str, str]]:
    """Return what a page with the example of a rule contradicts in itself."""
    old, new = examples.texts(rule.example)
    assert old in PAGE
    path.write_text(PAGE.replace(old, new))
    compared = compare_page(Contract("pets.json", CONTRACT, {"": dump(CONTRACT)}), path)
    findings = (each.finding for each in compared.findings)
    return [(each.rule, each.wire, each.sdk) for each in findings if each.rule.startswith("page-")]


def test_a_position_has_an_opposite_and_may_lower_a_severity() -> None:
    opposite = [Position(each).opposite().direction for each in Direction]
    assert opposite == [Direction.RESPONSE, Direction.REQUEST, Direction.UNUSED]
    unused, outside = Position(Direction.UNUSED), REQUEST.outside_code()
    assert rules()["became-nullable"].severities(unused) == ("safe", "breaking")
    assert rules()["type-changed"].severities(outside) == ("breaking", "none")
    assert outside == REQUEST._replace(in_code=False)


def test_what_a_position_excludes_is_harmless_if_it_is_about_values() -> None:
    for rule, position, wire in (
        ("default-changed", ALWAYS, "safe"),
        ("default-changed", PROVED, "breaking"),
        ("type-changed", ALWAYS, "breaking"),
        ("type-changed", PROVED, "safe"),
        ("discriminator-changed", PROVED, "breaking"),
        ("unclassified", PROVED, "risky"),
        ("type-changed", ABSORBED, "risky"),
        ("type-changed", ABSORBED.opposite(), "breaking"),
        ("discriminator-changed", ABSORBED, "breaking"),
        ("max-length-lowered", ABSORBED, "safe"),
    ):
        assert rules()[rule].severities(position)[0] == wire


def test_a_rule_says_who_sends_a_value_and_why_it_matters() -> None:
    request, response = Direction.REQUEST, Direction.RESPONSE
    for rule, direction, wire, reason in (
        ("max-length-lowered", request, "breaking", "sent by apps: a request as before may be"),
        ("max-length-raised", request, "safe", "sent by apps: a request as before still works"),
        ("max-length-raised", response, "breaking", "received by apps: they may get what"),
        ("property-removed", response, "breaking", "received by apps: they may miss what"),
        ("property-became-required", response, "breaking", "received by apps: they may get what"),
        ("max-length-lowered", response, "safe", "received by apps: they get and miss nothing"),
        ("operation-deprecated", request, "safe", ""),
    ):
        said = rules()[rule].reason(direction, wire)
        assert said.startswith(reason)
        assert bool(said) == bool(reason)
