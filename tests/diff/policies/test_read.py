"""Reading the policy file, and its errors."""

from datetime import date
from pathlib import Path

import pytest

from scripts.diff.policies.read import (
    FLAGS,
    NO_POLICY,
    Acceptance,
    Policy,
    Severities,
    matches,
    read,
    read_if_any,
)
from scripts.errors import CannotRunError
from tests.diff.reviewing import ROOT

WHOLE = """
severity:
  property-removed: risky
  model-renamed: {sdk: none}
  enum-values-added: {wire: safe, sdk: none}
exclude-paths: [/internal/**]
accept:
  - {rule: enum-*, place: GET /pets, reason: we take any value, owner: api, until: 2030-12-31}
  - {rule: default-changed, reason: unused}
removal-after-sunset: true
unstable-may-break: true
major-version-may-break: false
"""


def policy(folder: Path, text: str) -> Policy:
    (folder / "diff.yaml").write_text(text)
    return read(folder / "diff.yaml")


def test_every_policy_is_read(tmp_path: Path) -> None:
    assert policy(tmp_path, WHOLE) == Policy(
        {
            "property-removed": Severities("risky", None, "compatible"),
            "model-renamed": Severities(None, "none"),
            "enum-values-added": Severities("safe", "none"),
        },
        ("/internal/**",),
        (
            Acceptance("enum-*", "GET /pets", "we take any value", "api", date(2030, 12, 31)),
            Acceptance("default-changed", "**", "unused"),
        ),
        frozenset({"removal-after-sunset", "unstable-may-break"}),
    )


def test_a_severity_of_one_word_does_not_worsen_that_of_generated_code() -> None:
    word, both = Severities("risky", None, "compatible"), Severities(None, "breaking")
    assert Severities("safe", None).of("risky", "breaking") == ("safe", "breaking")
    assert (word.of("safe", "none"), both.of("safe", "none")[1]) == (("risky", "none"), "breaking")
    assert word.of("breaking", "breaking") == ("risky", "compatible")


def test_without_a_policy_all_are_off_and_a_named_file_must_exist(tmp_path: Path) -> None:
    for text in ("", "# nothing\n", "severity:\naccept:\n", "{}"):
        assert policy(tmp_path, text) == read_if_any(tmp_path / "none.yaml") == NO_POLICY
    policy(tmp_path, WHOLE)
    assert read_if_any(tmp_path / "diff.yaml").exclude_paths == ("/internal/**",)
    for path in (tmp_path / "none.yaml", tmp_path):
        with pytest.raises(CannotRunError, match="cannot read") as raised:
            read(path)
        assert isinstance(raised.value.__cause__, OSError)


def test_the_file_of_this_repository_activates_nothing_and_documents_each_policy(
    tmp_path: Path,
) -> None:
    path = ROOT / "openapi/diff.yaml"
    assert read(path) == NO_POLICY
    lines = path.read_text().split("#\n")[1].splitlines()
    shown = policy(tmp_path, "\n".join(line.removeprefix("# ") for line in lines))
    assert shown.severity.keys() == {"default-changed", "model-renamed"}
    assert (len(shown.exclude_paths), len(shown.accept)) == (1, 1)
    assert shown.flags == set(FLAGS)


def test_an_error_is_reported_in_one_sentence(tmp_path: Path) -> None:
    for text, why in (
        ("- a", "must be an object with the keys severity, exclude-paths"),
        ("severities: {}", "there is no policy 'severities'; did you mean 'severity'"),
        ("severity: [a]", "severity must be an object"),
        ("severity: {property-remove: safe}", "no rule .*; did you mean 'property-removed'"),
        ("severity: {property-removed: low}", "property-removed is 'low'; write breaking, risky"),
        ("severity: {property-removed: {wire: none}}", "wire: breaking | risky | safe"),
        ("severity: {property-removed: {sdk: low}}", "sdk: breaking | compatible | none"),
        ("exclude-paths: [1]", "1 is not a pattern of paths"),
        ("exclude-paths: /internal", "exclude-paths must be a list"),
        ("exclude-paths: [internal]", "'internal' is not a pattern of paths"),
        ("accept: {}", "accept must be a list"),
        ("accept: [a]", "accept, entry 1: the keys rule, reason are required"),
        ("accept: [{rule: enum-*, reason: a, where: b}]", "and place, owner, until are allowed"),
        ("accept: [{rule: enum-*, reason: ' '}]", "accept, entry 1: reason is empty"),
        ("accept: [{rule: enums-*, reason: a}]", "no rule matches 'enums-\\*'"),
        ("accept: [{rule: enum-*, reason: a, until: '20300101'}]", "'20300101' is not a day"),
        ("accept: [{rule: enum-*, reason: a, until: '2030-02-30'}]", "'2030-02-30' is not a day"),
        ("removal-after-sunset: yes", "removal-after-sunset is 'yes'; write true or false"),
        ("a: [", "neither JSON nor YAML"),
    ):
        with pytest.raises(CannotRunError, match=why):
            policy(tmp_path, text)


def test_one_star_stays_within_a_segment_and_two_do_not() -> None:
    within = [("/pets/*", "/pets/{id}"), ("* /pets", "GET /pets"), ("enum-*", "enum-added")]
    across = [("/pets/**", "/pets/{id}/toys"), ("/**", "/"), ("**", "GET /pets\n")]
    assert [each for each in [*within, *across, ("/pets", "/pets")] if not matches(*each)] == []
    others = [("/pets", "/pets/{id}"), ("/pets/*", "/pets/{id}/toys"), ("/a.b", "/axb")]
    assert [each for each in others if matches(*each)] == []
