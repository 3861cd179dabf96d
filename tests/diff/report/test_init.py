"""Properties of every output format."""

import json
import unicodedata
from dataclasses import replace

import pytest
import yaml

from scripts.diff import report
from scripts.diff.results import PolicyNote
from tests.diff.documents import operation
from tests.diff.report.reviews import hostile, saying
from tests.diff.reviewing import compared

forms = pytest.mark.parametrize("form", list(report.FORMATS))
NOTHING = compared(operation(), operation())


@hostile
@forms
def test_any_document_gives_lines_without_hidden_characters(form: str, text: str) -> None:
    written = report.render(saying(text), form)
    assert written.encode().endswith(b"\n")
    for sign in written:
        assert sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def test_a_hidden_character_is_shown_by_its_code_and_parsing_gives_the_original_text() -> None:
    text = "a\u202eb\x85"
    for form in ("text", "html", "github", "markdown"):
        written = report.render(saying(text), form)
        assert "a\\u202eb" in written.replace("\\\\", "\\")
    for form in ("json", "sarif"):
        written = json.loads(report.render(saying(text), form))
        assert text in json.dumps(written, ensure_ascii=False)
    (action,) = yaml.safe_load(report.render(saying(text), "overlay"))["actions"]
    assert action["description"] == text


def test_every_format_shows_the_effect_of_a_policy() -> None:
    given = replace(NOTHING, notes=(PolicyNote("left out: 1 path", True),))
    for form in report.FORMATS.keys() - {"overlay"}:
        assert "left out: 1 path" in report.render(given, form)
