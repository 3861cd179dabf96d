"""What holds for every form of the report."""

import pytest

from scripts.contract.diff import report
from scripts.contract.diff.review import Review
from tests.contract.diff.report.reviews import examples, hostile, saying

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
