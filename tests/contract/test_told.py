"""What an update tells of the documents, and what of the adopted changes is to be reviewed."""

import re
from dataclasses import replace

import pytest

from scripts.contract.corrections import Corrected, Recaptured, read_corrections
from scripts.contract.generate import DEFAULT_VERSION, Layout, read_captured
from scripts.contract.told import drift_lines, to_review
from tests.diff.reviewing import reviewed

from . import changes, defect
from .advising import after, before, of_contract, of_review
from .changes import ASSOCIATION, CONTRACT, DELETE, GET, PUT, ROWS
from .editing import Change, both, edit


def test_what_highlevel_changed_is_told_in_its_own_words_once_for_all_versions() -> None:
    assert drift_lines({name: Recaptured(each, each) for name, each in before().items()}) == [
        "nothing"
    ]
    gone, _ = ROWS["PUT gone"]
    assert drift_lines(after(gone).pairs) == [
        "2021-07-28, v3: breaking: PUT /associations/{associationId} is gone"
    ]
    fields = {f"unpublished{number}": {"type": "string"} for number in range(22)}
    *told, more = drift_lines(after(edit(GET, "200", properties=fields)).pairs)
    assert (len(told), more) == (20, "and 2 more")


def planted(project: Layout) -> dict[str, Corrected]:
    """Return documents with the tests' defect and a field of the tests."""
    defect.plant(project)
    found, corrections = {}, read_corrections(project.openapi)
    for name in project.versions:
        document = read_captured(project, name)
        changes.response_field(document)
        found[name] = corrections.of(document)
    return found


MENDED = f"openapi/overlay.yaml was mended: {defect.TITLE}"
SETTLED = "published, and settled by our corrections:"


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (changes.tags_renamed, []),
        (
            edit(GET, "200", properties={"unpublishedField": None}),
            [
                "breaking, and nothing of ours breaks: AssociationPayload.unpublishedField is gone "
                "(in GET /associations/ and 5 more)",
            ],
        ),
        (changes.version_accepted, [f"{SETTLED} header parameter Version has further values"]),
        (defect.half_mended, [f"{MENDED}: x-expect is 1"]),
        (defect.mended, [f"{MENDED}: deleted"]),
    ],
)
def test_adopted_changes_that_need_a_review_are_listed(
    project: Layout, change: Change, lines: list[str]
) -> None:
    assert to_review(after(change, layout=project, old=planted(project))) == lines


def test_what_is_not_valid_and_not_needed_is_left_out_and_told() -> None:
    advice = after(edit("", "/info", contact={"email": 1}), "v3")
    (line,) = to_review(advice)
    assert line.startswith("v3: not valid, not needed, and left out: /info/contact/email: 1 is not")
    known = {name: Recaptured(each.new, each.new) for name, each in advice.pairs.items()}
    assert to_review(replace(advice, pairs=known)) == []


def test_versions_with_different_or_invalid_contracts_are_named() -> None:
    assert to_review(after(changes.query, "v3")) == [
        "in v3: query parameter unpublishedSearch may be sent now",
        "code is generated from 2021-07-28; v3 gives another contract: python -m scripts.diff "
        "--contract openapi/captured/2021-07-28.json openapi/captured/v3.json",
    ]
    gone = {each: {"$ref": "#/gone"} for each in "ab"}
    *_, line = to_review(after(edit(GET, "200", properties=gone), "v3"))
    assert re.fullmatch(
        r"code is generated from 2021-07-28; v3, corrected, is not a valid contract: "
        r"/\S+/a: the reference '#/gone' points at nothing, and 1 more: openapi/overlay.yaml",
        line,
    )


def asking(scope: str, name: str = "") -> Change:
    new = {"operationId": name, "responses": {"200": {"description": ""}}}
    added = edit("", "/paths", **{f"{ASSOCIATION}/new": {"put": new}} if name else {})
    where = f"put {ASSOCIATION}/new" if name else PUT
    return both(added, edit(where, security=lambda _: [{"bearer": [scope]}]))


UPDATE, NEW = f"PUT {ASSOCIATION} requires the scope", f"PUT {ASSOCIATION}/new"
GRANT = "existing installations must grant it anew, and a Private Integration must be given it"
NAMED = (
    f"{NEW} is new, called new by rule, and reached through client.api: to name it, "
    "openapi/names.yaml; to offer it, CONTRIBUTING.md"
)


def test_a_new_scope_and_an_operation_without_a_name_are_listed() -> None:
    for change, lines in (
        (asking("associations.readonly"), [f"{UPDATE} associations.readonly now: {GRANT}"]),
        (asking("associations.write", "new"), [NAMED]),
        (asking("unasked", "new"), [f"{NEW} requires the scope unasked now: {GRANT}", NAMED]),
        # names.yaml lists it, or a method sends it.
        (asking("associations.write", "create_relations"), []),
    ):
        assert to_review(of_contract(change)) == lines


def test_a_list_to_review_has_each_line_once_and_twelve_at_most() -> None:
    result = replace(reviewed(CONTRACT, CONTRACT), stale=tuple("aabcdefghijklm"))
    shown = [f"openapi/accepted.yaml: {each}" for each in "abcdefghijkl"]
    assert to_review(of_review(result)) == [*shown, "and 1 more"]
    whole = to_review(of_review(replace(result, stale=tuple("abcdefghijkl"))))
    assert whole == shown


def test_what_changes_in_one_version_alone_is_told_as_such() -> None:
    for alone in ("v3", DEFAULT_VERSION):
        advice = after(changes.response_field)
        only = after(both(changes.response_field, changes.query))
        pairs = {name: (only if name == alone else advice).pairs[name] for name in advice.pairs}
        first = pairs[DEFAULT_VERSION]
        result = reviewed(first.old.contract, first.new.contract)
        lines = to_review(replace(advice, pairs=pairs, result=result))
        told = [line for line in lines if "alone" in line or "settled" in line]
        assert told == [f"in {alone} alone: query parameter unpublishedSearch may be sent now"]


def test_a_deprecation_names_its_last_day_and_the_methods_which_then_warn() -> None:
    sunset = edit(GET, deprecated=True, **{"x-sunset": "2030-12-31"})
    lines = to_review(after(both(sunset, edit(DELETE, deprecated=True))))
    assert lines[-2:] == [
        f"DELETE {ASSOCIATION} is deprecated, and stays for now: associations.delete will warn",
        f"GET {ASSOCIATION} is deprecated, and stays until 2030-12-31: associations.get, "
        "associations.update will warn",
    ]
