"""What holds for every form of the report."""

from dataclasses import replace

import pytest

from scripts.contract.diff import report
from scripts.contract.diff.policies.apply import PolicyNote
from scripts.contract.diff.review import Review
from tests.contract.diff.report.reviews import EXAMPLES, examples, hostile, saying

forms = pytest.mark.parametrize("form", list(report.FORMATS))


@hostile
@forms
def test_every_form_can_be_written_whatever_the_documents_say(form: str, text: str) -> None:
    assert report.render(saying(text), form).encode()


@examples
@forms
def test_a_form_ends_in_a_newline_or_is_empty(form: str, given: Review) -> None:
    written = report.render(given, form)
    assert written == "" or written.endswith("\n")


@pytest.mark.parametrize("form", [form for form in report.FORMATS if form != "overlay"])
def test_what_a_policy_did_is_told_in_every_form(form: str) -> None:
    given = replace(EXAMPLES[0], notes=(PolicyNote("left out: 1 path", True),))
    assert "left out: 1 path" in report.render(given, form)
