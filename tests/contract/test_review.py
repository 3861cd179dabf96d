"""Our stages of a review: the impact, the verdict, the next version, and the overlay."""

from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from facade import __version__
from scripts.contract.impact.verdict import next_version
from scripts.contract.notices import ActionStatus, OverlayStatus
from scripts.contract.review import completed, last_stage, prepared
from scripts.diff import report
from scripts.errors import CannotRunError
from tests.contract.changes import CONTRACT
from tests.diff.documents import at, document, operation
from tests.diff.reviewing import CAPTURED, compared, contract, reviewed

NOTHING = compared(operation(), operation())
MOVED = OverlayStatus((ActionStatus("action 1", "moved", "why"),))


def test_an_overlay_that_is_not_settled_fails_the_run_and_is_annotated(tmp_path: Path) -> None:
    given = completed(NOTHING, overlay=MOVED)
    assert (given.fails("breaking"), given.fails("never")) == (True, False)
    annotated = report.render(given, "github")
    assert annotated == "::error title=overlay.yaml::moved: action 1: why\n"
    assert not completed(NOTHING, overlay=OverlayStatus()).fails("any")
    assert given.data()["overlay"]["actions"] == [asdict(MOVED.actions[0])]
    without = completed(NOTHING, tmp_path)  # there is no facade
    assert (without.data(), without.sections()) == ({"overlay": None}, [])
    assert (without.conclusion, without.next_version) == ("nothing to do", None)


def test_documents_are_corrected_or_the_overlay_is_reviewed_as_options_say() -> None:
    for is_corrected, is_reviewed in ((False, False), (True, False), (False, True)):
        options = SimpleNamespace(contract=is_corrected, overlay=is_reviewed, apps=[Path("none")])
        both = contract(CAPTURED), contract(CAPTURED)
        status = prepared(*both, options)
        assert (status is not None) == is_reviewed
        assert [each.document == CONTRACT for each in both] == [is_corrected] * 2
        with pytest.raises(CannotRunError, match="there is no app at none"):
            last_stage(NOTHING, options, status)
        assert last_stage(NOTHING, SimpleNamespace(apps=[]), status).overlay is status
    with pytest.raises(CannotRunError, match="choose one"):
        prepared(*both, SimpleNamespace(contract=True, overlay=True))


def test_a_review_has_the_lines_of_the_named_apps_and_the_next_version(tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    call = "AssociationsClient('token', 'location').associations.get('id')"
    app.write_text(f"from facade import AssociationsClient\n{call}\n")
    result = reviewed(at("/associations/{associationId}"), document(), app)
    assert [use.line for each in result.findings for use in each.uses] == [2]
    assert result.conclusion == f"apps break ({app}:2)"
    assert result.next_version == next_version(__version__, "major")


def test_another_api_has_counts_and_no_next_version() -> None:
    given = reviewed(operation(operationId="a"), operation(operationId="b", deprecated=True))
    assert (given.conclusion, given.next_version) == ("1 breaking, 1 safe", None)
    first, second = given.findings
    assert replace(given, findings=(first, replace(second, accepted="known"))).open == [first]
