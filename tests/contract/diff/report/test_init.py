"""Properties of every output format."""

import json
import unicodedata
from dataclasses import replace

import pytest
import yaml

from scripts.contract.diff import report
from scripts.contract.diff.policies.apply import PolicyNote
from scripts.contract.diff.review import Review
from tests.contract.diff.report.reviews import EXAMPLES, examples, hostile, saying

forms = pytest.mark.parametrize("form", list(report.FORMATS))


@hostile
@forms
def test_every_format_can_be_written_for_any_document(form: str, text: str) -> None:
    assert report.render(saying(text), form).encode()


@hostile
@forms
def test_no_format_contains_a_hidden_character(form: str, text: str) -> None:
    written = report.render(saying(text), form)
    for sign in written:
        assert sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def test_a_hidden_character_is_shown_by_its_code() -> None:
    given = saying("a\u202eb\u200bc")
    for form in ("text", "html", "github"):
        assert "a\\u202eb\\u200bc" in report.render(given, form)
    assert "a\\u202eb\\u200bc" in report.render(given, "markdown").replace("\\\\", "\\")


def test_parsing_a_format_gives_the_original_text() -> None:
    text = "a\u202eb\x85é"
    given = saying(text)
    assert text in json.dumps(json.loads(report.render(given, "json")), ensure_ascii=False)
    assert text in json.dumps(json.loads(report.render(given, "sarif")), ensure_ascii=False)
    (action,) = yaml.safe_load(report.render(given, "overlay"))["actions"]
    assert action["description"] == text


@examples
@forms
def test_a_format_ends_with_a_newline_or_is_empty(form: str, given: Review) -> None:
    written = report.render(given, form)
    assert written == "" or written.endswith("\n")


@pytest.mark.parametrize("form", [form for form in report.FORMATS if form != "overlay"])
def test_every_format_shows_the_effect_of_a_policy(form: str) -> None:
    given = replace(EXAMPLES[0], notes=(PolicyNote("left out: 1 path", True),))
    assert "left out: 1 path" in report.render(given, form)
