"""What an update tells: the cause of a stop in its first line, what must change, what to review."""

import json
import re
from copy import deepcopy
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from scripts.contract.advice import Advice, Recaptured, drift_lines, said
from scripts.contract.corrections import Corrected, Corrections, read_corrections
from scripts.contract.generate import DEFAULT_VERSION, Layout, read_captured
from scripts.contract.notices import open_notices
from scripts.contract.review import ContractReview
from tests.diff.documents import S, at, document
from tests.diff.reviewing import ROOT, compared, reviewed
from tests.openapi.spellings import SPELLINGS

from . import changes, defect
from .changes import ASSOCIATION, CONTRACT, DELETE, GET, PUT, ROWS
from .editing import Change, Json, both, edit

LAYOUT = Layout(ROOT)
OURS = read_corrections(LAYOUT.openapi)
ALL: dict[str, tuple[Change, str]] = ROWS | {each.__name__: (each, "") for each in SPELLINGS}


@cache
def before() -> dict[str, Corrected]:
    return {name: OURS.of(read_captured(LAYOUT, name)) for name in LAYOUT.versions}


def after(
    change: Change, *versions: str, layout: Layout = LAYOUT, old: dict[str, Corrected] | None = None
) -> Advice:
    """Publish documents with a change, those of all Versions by default."""
    pairs, corrections = {}, read_corrections(layout.openapi)
    for name, earlier in (old or before()).items():
        document: Json = json.loads(json.dumps(earlier.captured))
        if name in (versions or [name]):
            change(document)
        pairs[name] = Recaptured(earlier, corrections.of(document))
    found = ({name: each.captured for name, each in one.items()} for one in _sides(pairs))
    first = pairs[DEFAULT_VERSION]
    result = reviewed(first.old.contract, first.new.contract)
    return Advice(layout, pairs, open_notices(corrections, *found), result, versions or [*pairs])


def _sides(pairs: dict[str, Recaptured]) -> tuple[dict[str, Corrected], dict[str, Corrected]]:
    new = {name: each.new for name, each in pairs.items()}
    return new, {name: each.old for name, each in pairs.items()}


def of_contract(change: Change, layout: Layout = LAYOUT) -> Advice:
    contract: Json = deepcopy(CONTRACT)
    change(contract)
    return of_review(reviewed(CONTRACT, contract), layout)


def of_review(result: ContractReview, layout: Layout = LAYOUT) -> Advice:
    same = Corrected(OURS, {}), Corrected(Corrections([]), result.documents[1])
    return Advice(layout, {DEFAULT_VERSION: Recaptured(*same)}, [], result, [])


@pytest.mark.parametrize("name", ALL)
def test_a_change_is_followed_or_stops_with_the_true_cause_in_the_first_line(name: str) -> None:
    change, expected = ALL[name]
    causes = after(change, old={DEFAULT_VERSION: before()[DEFAULT_VERSION]}).causes()
    found = next(causes, None)
    title = found.title if found else ""
    assert title.startswith(expected), title
    assert bool(title) == bool(expected), title
    assert bool(found and found.lines) == bool(title)


@pytest.mark.parametrize(
    ("name", "line", "file"),
    [
        (
            "a path",
            "openapi/names.yaml: GET /associations/key/{key_name} is GET "
            "/associations/by-key/{key_name} now, put it there; associations.create, "
            "associations.ensure, associations.get_by_key sent it (in 2021-07-28, v3)",
            "names.yaml",
        ),
        (
            "PUT gone",
            "facade/_async/associations.py:N: associations.update: PUT "
            "/associations/{associationId} is gone",
            "",
        ),
        (
            "a page of associations",
            "openapi/overlay.yaml:N: Listing associations answers with a page, not with one "
            "association: this correction no longer finds its place: the defect is still there: "
            'change the target to $["paths"]["/associations/"]["get"]["responses"]["200"]'
            '["content"]["application/json"]["schema"]',
            "overlay.yaml",
        ),
    ],
)
def test_the_places_name_what_sent_an_operation_or_the_right_file(
    name: str, line: str, file: str
) -> None:
    found = next(after(ROWS[name][0]).causes())
    assert (re.sub(r":\d+:", ":N:", found.lines[0]), found.file) == (line, file)


def test_what_highlevel_changed_is_told_in_its_own_words_once_for_all_versions() -> None:
    assert drift_lines({name: Recaptured(each, each) for name, each in before().items()}) == [
        "nothing"
    ]
    gone, _ = ROWS["PUT gone"]
    assert drift_lines(after(gone).pairs) == [
        "2021-07-28, v3: breaking: PUT /associations/{associationId} is gone"
    ]


def test_a_required_change_is_named_by_method_or_field_with_the_command_that_accepts_it() -> None:
    parameter = {"name": "q", "in": "query", "required": True, "schema": S}
    gone = edit("#RelationPayload", properties={"id": None})
    advice = replace(
        of_contract(both(edit(PUT, parameters=[parameter]), gone)), kept=Path("my copy")
    )
    accept = "python -m scripts.diff HEAD:openapi/associations.json 'my copy/openapi/associations"
    lines = next(advice.causes()).lines
    assert [re.sub(r":\d+:|\b[0-9a-f]{16}\b", ":N:", each) for each in lines] == [
        "facade/models.py:N: Relation.id: RelationPayload.id is gone",
        f"  or accept it, then update again: {accept}.json' --accept :N: --reason WHY --owner WHO",
        "facade/_async/associations.py:N: associations.update: query parameter q must be sent now",
        f"  or accept it, then update again: {accept}.json' --accept :N: --reason WHY --owner WHO",
    ]
    found = {each.finding.fingerprint for each in advice.result.findings if each.affected}
    assert {*re.findall(r"[0-9a-f]{16}", " ".join(lines))} == found
    for line, start in ((lines[2], "    async def update("), (lines[0], "    id: ")):
        where, number, _ = line.split(":", 2)
        assert (ROOT / where).read_text().splitlines()[int(number) - 1].startswith(start)
    without_copy = replace(advice, kept=None)
    assert " DIR-OF-KEEP/openapi/" in next(without_copy.causes()).lines[1]
    accepted = tuple(replace(each, accepted="known") for each in advice.result.findings)
    assert of_review(replace(advice.result, findings=accepted)).breaking() == []


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
    assert after(change, layout=project, old=planted(project)).to_review() == lines


def test_what_is_not_valid_and_not_needed_is_left_out_and_told() -> None:
    (line,) = after(edit("", "/info", contact={"email": 1}), "v3").to_review()
    assert line.startswith("v3: not valid, not needed, and left out: /info/contact/email: 1 is not")


def test_versions_with_different_or_invalid_contracts_are_named() -> None:
    assert after(changes.query, "v3").to_review() == [
        "in v3: query parameter unpublishedSearch may be sent now",
        "code is generated from 2021-07-28; v3 gives another contract: python -m scripts.diff "
        "--contract openapi/captured/2021-07-28.json openapi/captured/v3.json",
    ]
    gone = {each: {"$ref": "#/gone"} for each in "abc"}
    *_, line = after(edit(GET, "200", properties=gone), "v3").to_review()
    assert re.fullmatch(
        r"code is generated from 2021-07-28; v3, corrected, is not a valid contract: "
        r"/\S+/a: the reference '#/gone' points at nothing, and 2 more: openapi/overlay.yaml",
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


@pytest.mark.parametrize(
    ("change", "lines"),
    [
        (asking("associations.write"), []),
        (asking("associations.readonly"), [f"{UPDATE} associations.readonly now: {GRANT}"]),
        (asking("associations.write", "new"), [NAMED]),
        (asking("unasked", "new"), [f"{NEW} requires the scope unasked now: {GRANT}", NAMED]),
        # names.yaml lists it, or a method sends it.
        (asking("associations.write", "create_relations"), []),
    ],
)
def test_a_new_scope_and_an_operation_without_a_name_are_listed(
    change: Change, lines: list[str]
) -> None:
    assert of_contract(change).to_review() == lines


def test_an_operation_that_a_method_sends_needs_no_name(project: Layout) -> None:
    path = project.facade / "_core/methods.py"
    path.write_text(re.sub(r"\bget_association\b", "count_them", path.read_text()))
    assert of_contract(asking("associations.write", "countThem"), project).to_review() == []


def test_a_list_to_review_has_each_line_once_and_twelve_at_most() -> None:
    result = replace(reviewed(CONTRACT, CONTRACT), stale=tuple("aabcdefghijklmn"))
    shown = [f"openapi/accepted.yaml: {each}" for each in "abcdefghijkl"]
    assert of_review(result).to_review() == [*shown, "and 2 more"]
    whole = of_review(replace(result, stale=tuple("abcdefghijkl"))).to_review()
    assert whole == shown


@pytest.mark.parametrize("alone", ["v3", DEFAULT_VERSION])
def test_what_changes_in_one_version_alone_is_told_as_such(alone: str) -> None:
    advice = after(changes.response_field)
    only = after(both(changes.response_field, changes.query))
    pairs = {name: (only if name == alone else advice).pairs[name] for name in advice.pairs}
    first = pairs[DEFAULT_VERSION]
    result = reviewed(first.old.contract, first.new.contract)
    lines = replace(advice, pairs=pairs, result=result).to_review()
    told = [line for line in lines if "alone" in line or "settled" in line]
    assert told == [f"in {alone} alone: query parameter unpublishedSearch may be sent now"]


def test_a_deprecation_names_its_last_day_and_the_methods_which_then_warn() -> None:
    sunset = edit(GET, deprecated=True, **{"x-sunset": "2030-12-31"})
    lines = after(both(sunset, edit(DELETE, deprecated=True))).to_review()
    assert lines[-2:] == [
        f"DELETE {ASSOCIATION} is deprecated, and stays for now: associations.delete will warn",
        f"GET {ASSOCIATION} is deprecated, and stays until 2030-12-31: associations.get, "
        "associations.update will warn",
    ]


def test_a_change_is_told_with_its_operations_once() -> None:
    (new,) = compared(document(), at("/pets")).findings
    for operations, more in (
        ([], ""),
        (["GET /cats", "GET /pets"], ""),
        (["GET /cats"], " (in GET /cats)"),
        (["GET /cats", "GET /cows", "GET /ants"], " (in GET /cats and 2 more)"),
    ):
        told = said(replace(new.finding, operations=operations))
        assert told == f"GET /pets is new{more}"
