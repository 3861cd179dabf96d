"""The advice of an update: what must change, and what to review."""

import json
import re
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.contract.generate import Layout, build_contract, read_captured
from scripts.contract.notices import notices_of
from scripts.contract.tables import operations_module
from scripts.contract.update_advice import to_review
from scripts.contract.update_causes import breaking_facade, must_change, wrong_server

from . import changes, defect
from .changes import ASSOCIATION, CONTRACT, Change, Json
from .diff.documents import S, document
from .diff.reviewing import ROOT, reviewed
from .published import write


def edited(edit: Change) -> Json:
    """Return the contract with an edit."""
    contract: Json = deepcopy(CONTRACT)
    edit(contract)
    return contract


def line_of(name: str, start: str, text: str) -> str:
    """Return file and line of the first match of a text, from the line with this start on."""
    lines = iter(enumerate((ROOT / name).read_text().splitlines(), 1))
    next(number for number, line in lines if line.startswith(start))
    return f"{name}:{next(number for number, line in lines if text in line)}"


def parameter_required(contract: Json) -> None:
    parameter = {"name": "q", "in": "query", "required": True, "schema": S}
    contract["paths"][ASSOCIATION]["put"]["parameters"].append(parameter)


def field_gone(contract: Json) -> None:
    del contract["components"]["schemas"]["RelationPayload"]["properties"]["id"]


def label_may_be_null(contract: Json) -> None:
    fields = contract["components"]["schemas"]["AssociationPayload"]["properties"]
    fields["firstObjectLabel"]["nullable"] = True


METHOD = line_of("facade/_async/associations.py", "class ", "    async def update(")
FIELD = line_of("facade/models.py", "class Relation:", "    id: ")


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (parameter_required, f"{METHOD}: associations.update: query parameter q must be sent now"),
        (field_gone, f"{FIELD}: Relation.id: RelationPayload.id is gone"),
    ],
)
def test_a_required_change_is_named_by_method_or_field_with_the_command_that_accepts_it(
    tmp_path: Path, edit: Change, line: str
) -> None:
    result = reviewed(CONTRACT, edited(edit))
    (finding,) = [each.finding for each in result.findings if each.affected]
    accept = "  or accept it, then update again: python -m scripts.diff HEAD:openapi/associations."
    needed = breaking_facade(result)
    assert must_change(needed, ROOT, Path("my copy")) == [
        line,
        f"{accept}json 'my copy/openapi/associations.json' --accept {finding.fingerprint} "
        "--reason WHY --owner WHO",
    ]
    file = line.partition(":")[0]
    assert must_change(needed, tmp_path, None)[0].startswith(f"{file}: ")  # it is not there
    assert " DIR-OF-KEEP/openapi/" in must_change(needed, ROOT, None)[1]
    accepted = tuple(replace(each, accepted="known") for each in result.findings)
    assert breaking_facade(replace(result, findings=accepted)) == []


def test_a_finding_that_breaks_no_app_requires_no_change() -> None:
    result = reviewed(CONTRACT, edited(label_may_be_null))
    assert result.findings
    assert breaking_facade(result) == []


@pytest.mark.parametrize("others", [[], ["https://a.example"], ["https://c.example"]])
def test_a_server_that_the_contract_does_not_have_is_named_with_its_line(
    tmp_path: Path, others: list[str]
) -> None:
    layout = Layout(tmp_path)
    (layout.facade / "_core").mkdir(parents=True)
    options = layout.facade / "_core/client_options.py"
    options.write_text("import os\nA = 1\nBASE_URL = 'https://a.example'\n")
    servers = ["https://b.example", *others] if others else []
    contract = document(servers=[{"url": each} for each in servers])
    line = (
        "facade/_core/client_options.py:3: BASE_URL is https://a.example, and is served from "
        "https://b.example, https://c.example now"
    )
    assert wrong_server(layout, contract) == ([line] if "https://c.example" in others else [])


def advice(layout: Layout, edit: Change, *versions: str) -> list[str]:
    """Capture documents with an edit, and list what a person should review."""
    earlier = {name: read_captured(layout, name) for name in layout.versions}
    contract = json.loads(build_contract(layout))
    publish(layout, edit, *versions)
    result = reviewed(contract, json.loads(build_contract(layout)))
    mended = notices_of(layout, earlier)
    return to_review(layout, result, mended, earlier, versions or layout.versions)


def publish(layout: Layout, edit: Change, *versions: str) -> None:
    for name in versions or layout.versions:
        published = read_captured(layout, name)
        edit(published)
        write(layout.captured(name), published)


def field_gone_from_the_answer(document: Json) -> None:
    del changes.answer(document)["properties"]["unpublishedField"]


def broken(document: Json) -> None:
    changes.answer(document)["properties"] |= {each: {"$ref": "#/gone"} for each in "abc"}


MENDED = f"openapi/overlay.yaml was mended: {defect.TITLE}"
SETTLED = "published, and settled by our corrections:"


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (changes.tags_renamed, []),
        (
            field_gone_from_the_answer,
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
    project: Layout, edit: Change, lines: list[str]
) -> None:
    defect.plant(project)
    publish(project, changes.response_field({"type": "string"}))
    assert advice(project, edit) == lines


def test_versions_with_different_or_invalid_contracts_are_named(project: Layout) -> None:
    assert advice(project, changes.query, "v3") == [
        "in v3: query parameter unpublishedSearch may be sent now",
        "code is generated from 2021-07-28; v3 gives another contract: python -m scripts.diff "
        "--contract openapi/captured/2021-07-28.json openapi/captured/v3.json",
    ]
    publish(project, broken, "v3")
    (line,) = to_review(project, reviewed(CONTRACT, CONTRACT), [], {}, [])
    assert re.fullmatch(
        r"code is generated from 2021-07-28; v3, corrected, is not a valid contract:  "
        r"/\S+/a: the reference '#/gone' points at nothing, and 2 more: openapi/overlay.yaml",
        line,
    )


def asking(scope: str, name: str = "") -> Json:
    """Return the contract with an operation that requires a scope: a new or an existing one."""
    contract: Json = deepcopy(CONTRACT)
    item = contract["paths"].setdefault(f"{ASSOCIATION}/new" if name else ASSOCIATION, {})
    operation = item.setdefault("put", {"operationId": name, "responses": {}})
    operation["security"] = [{"bearer": [scope]}]
    return contract


UPDATE, NEW = f"PUT {ASSOCIATION} requires the scope", f"PUT {ASSOCIATION}/new"
GRANT = "existing installations must grant it anew, and a Private Integration must be given it"
NAMED = (
    f"{NEW} is new, called new by rule, and reached through client.api: to name it, "
    "openapi/names.yaml; to offer it, CONTRIBUTING.md"
)


@pytest.mark.parametrize(
    ("contract", "lines"),
    [
        (asking("associations.write"), []),
        (asking("associations.readonly"), [f"{UPDATE} associations.readonly now: {GRANT}"]),
        (asking("associations.write", "new"), [NAMED]),
        (asking("unasked", "new"), [f"{NEW} requires the scope unasked now: {GRANT}", NAMED]),
    ],
)
def test_a_new_scope_and_an_operation_without_a_name_are_listed(
    contract: Json, lines: list[str]
) -> None:
    assert to_review(Layout(ROOT), reviewed(CONTRACT, contract), [], {}, []) == lines


@pytest.mark.parametrize(
    ("file", "name"),
    [("facade/_core/methods.py", "countThem"), ("openapi/names.yaml", "count_them")],
)
def test_an_operation_that_a_method_sends_or_names_yaml_lists_needs_no_name(
    project: Layout, file: str, name: str
) -> None:
    path = project.root / file
    path.write_text(re.sub(r"\bget_association\b", "count_them", path.read_text()))
    result = reviewed(CONTRACT, asking("associations.write", name))
    assert to_review(project, result, [], {}, []) == []


@pytest.mark.parametrize(("stale", "more"), [("aa", []), ("abcdefghijklmn", ["and 2 more"])])
def test_a_list_to_review_has_each_line_once_and_twelve_at_most(
    stale: str, more: list[str]
) -> None:
    result = replace(reviewed(CONTRACT, CONTRACT), stale=tuple(stale))
    shown = [f"openapi/accepted.yaml: {each}" for each in dict.fromkeys(stale)]
    assert to_review(Layout(ROOT), result, [], {}, []) == [*shown[:12], *more]


def test_what_changes_in_one_version_alone_is_told_as_such(project: Layout) -> None:
    earlier = {name: read_captured(project, name) for name in project.versions}
    contract = json.loads(build_contract(project))
    for alone in ("v3", "2021-07-28"):
        for name, document_ in earlier.items():
            project.captured(name).write_text(json.dumps(document_))
        publish(project, changes.query, alone)
        publish(project, changes.response_field({"type": "string"}))  # in both
        result = reviewed(contract, json.loads(build_contract(project)))
        lines = to_review(project, result, [], earlier, project.versions)
        told = [line for line in lines if "alone" in line or "settled" in line]
        assert told == [f"in {alone} alone: query parameter unpublishedSearch may be sent now"]


@pytest.mark.parametrize(
    ("method", "day", "line"),
    [
        (
            "get",
            "2030-12-31",
            "GET /associations/{associationId} is deprecated, and stays until 2030-12-31: "
            "associations.get, associations.update will warn",
        ),
        (
            "delete",
            None,
            "DELETE /associations/{associationId} is deprecated, and stays for now: "
            "associations.delete will warn",
        ),
    ],
)
def test_a_deprecation_names_its_last_day_and_the_methods_which_then_warn(
    project: Layout, method: str, day: str | None, line: str
) -> None:
    def deprecate(document: Json) -> None:
        document["paths"][ASSOCIATION][method] |= {"deprecated": True, "x-sunset": day}
        if day is None:
            del document["paths"][ASSOCIATION][method]["x-sunset"]

    assert line in advice(project, deprecate)
    assert "DEPRECATED: Final[dict[str, str]] = {\n" + repr(
        {"get": "get_association", "delete": "delete_association"}[method]
    ) + f": {day or ''!r},\n" in operations_module(json.loads(build_contract(project)))
