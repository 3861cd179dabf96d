"""What an update tells a person: what must change, what to look at, and the changelog's entry."""

import json
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.contract.generate import Layout, build_contract, read_captured
from scripts.contract.notices import notices_of
from scripts.contract.update_advice import changelog_with, must_change, to_look_at, wrong_server

from . import changes
from .changes import ASSOCIATION, CONTRACT, Change, Json
from .diff.documents import S, at, document, holding, responding
from .diff.reviewing import ROOT, compared, reviewed


def edited(edit: Change) -> Json:
    """Return the contract with an edit."""
    contract: Json = deepcopy(CONTRACT)
    edit(contract)
    return contract


def line_of(name: str, text: str) -> str:
    """Return file and line of a text in a file of the project."""
    lines = (ROOT / name).read_text().splitlines()
    return f"{name}:{next(number for number, each in enumerate(lines, 1) if text in each)}"


def parameter_required(contract: Json) -> None:
    parameter = {"name": "q", "in": "query", "required": True, "schema": S}
    contract["paths"][ASSOCIATION]["put"]["parameters"].append(parameter)


def field_gone(contract: Json) -> None:
    del contract["components"]["schemas"]["AssociationPayload"]["properties"]["key"]


def compatible(contract: Json) -> None:
    contract["paths"][ASSOCIATION]["put"]["deprecated"] = True


METHOD = line_of("facade/_async/associations.py", "async def update(")
FIELD = line_of("facade/models.py", "    key: ")


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (
            parameter_required,
            [f"{METHOD}: associations.update: query parameter q must be sent now"],
        ),
        (field_gone, [f"{FIELD}: Association.key: AssociationPayload.key is gone"]),
        (compatible, []),
    ],
)
def test_what_must_change_is_named_by_method_or_field_with_its_line_and_the_reason(
    edit: Change, lines: list[str]
) -> None:
    found = must_change(reviewed(CONTRACT, edited(edit)), ROOT, None)
    assert [line for line in found if not line.startswith("  ")] == lines


@pytest.mark.parametrize(
    ("kept", "copy"),
    [
        (None, "DIR-OF-KEEP/openapi/associations.json"),
        (Path("my copy"), "'my copy/openapi/associations.json'"),
    ],
)
def test_a_finding_that_apps_can_live_with_comes_with_the_command_that_accepts_it(
    kept: Path | None, copy: str
) -> None:
    result = reviewed(CONTRACT, edited(parameter_required))
    fingerprint = result.findings[0].finding.fingerprint
    assert must_change(result, ROOT, kept)[-1] == (
        "  or accept it, then update again: python -m scripts.diff HEAD:openapi/associations.json "
        f"{copy} --accept {fingerprint} --reason WHY --owner WHO"
    )


def test_a_finding_that_is_accepted_asks_for_no_change() -> None:
    result = reviewed(CONTRACT, edited(parameter_required))
    accepted = tuple(replace(each, accepted="known") for each in result.findings)
    assert must_change(replace(result, findings=accepted), ROOT, None) == []


@pytest.mark.parametrize(
    ("servers", "lines"),
    [
        (["https://a.example"], []),
        (["https://b.example", "https://a.example"], []),
        ([], []),
        (
            ["https://b.example", "https://c.example"],
            [
                "facade/_core/options.py:2: BASE_URL is https://a.example, and is served from "
                "https://b.example, https://c.example now"
            ],
        ),
    ],
)
def test_a_server_that_the_contract_does_not_have_is_named_with_its_line(
    tmp_path: Path, servers: list[str], lines: list[str]
) -> None:
    layout = Layout(tmp_path)
    (layout.facade / "_core").mkdir(parents=True)
    (layout.facade / "_core/options.py").write_text("A = 1\nBASE_URL = 'https://a.example'\n")
    layout.openapi.mkdir()
    urls = [{"url": each} for each in servers]
    layout.contract.write_text(json.dumps(document(servers=urls)))
    assert wrong_server(layout) == lines


def advice(layout: Layout, edit: Change, *versions: str) -> list[str]:
    """Capture documents with an edit, and list what a person should look at."""
    earlier = {name: read_captured(layout, name) for name in layout.versions}
    for name in versions or layout.versions:
        published = deepcopy(earlier[name])
        edit(published)
        layout.captured(name).write_text(json.dumps(published))
    result, mended = (
        reviewed(CONTRACT, json.loads(build_contract(layout))),
        notices_of(layout, earlier),
    )
    return to_look_at(layout, result, mended, earlier, versions or layout.versions)


MENDED = "openapi/overlay.yaml was mended: "


@pytest.mark.parametrize(
    ("edit", "lines"),
    [
        (changes.query, []),
        (
            changes.scope_added,
            [
                "PUT /associations/{associationId} asks for the scope unpublished.write now: who "
                "installed an app must grant it anew, and a Private Integration must be given it"
            ],
        ),
        (
            changes.response_field_gone,
            [
                "breaking, and nothing of ours breaks: AssociationPayload.associationType is gone "
                "(in GET /associations/ and 5 more)",
                f"{MENDED}Labels, object keys and association types are text: x-expect is 10",
            ],
        ),
        (
            changes.version_accepted,
            [
                "published, and settled by our corrections: header parameter Version has further "
                "values"
            ],
        ),
        (
            changes.object_key_mended,
            [
                f"{MENDED}A path parameter is required: deleted",
                "published, and settled by our corrections: path parameter objectKey is marked "
                "required, as a path parameter must be: the generator makes the operation",
            ],
        ),
    ],
)
def test_what_went_through_and_deserves_a_look_is_listed(
    project: Layout, edit: Change, lines: list[str]
) -> None:
    assert advice(project, edit) == lines


def test_a_new_operation_is_named_with_how_it_is_reached(project: Layout) -> None:
    first, *others = advice(project, changes.new_operation)
    assert first == (
        "GET /associations/{associationId}/unpublished is new, called count_unpublished by rule, "
        "and reached through client.api: to name it, openapi/names.yaml; to offer it, "
        "CONTRIBUTING.md"
    )
    assert [each for each in others if not each.startswith(MENDED)] == []


def test_versions_that_give_different_contracts_are_named_with_the_command_that_compares_them(
    project: Layout,
) -> None:
    assert advice(project, changes.query, "v3") == [
        "published, and settled by our corrections: query parameter unpublishedSearch may be sent "
        "now",
        "code is generated from 2021-07-28; v3 gives another contract: python -m scripts.diff "
        "--contract openapi/captured/2021-07-28.json openapi/captured/v3.json",
    ]


@pytest.mark.parametrize(
    ("stale", "shown"),
    [
        (["1"] * 2, ["openapi/accepted.yaml: 1"]),
        ("abcdefghijkl", [f"openapi/accepted.yaml: {each}" for each in "abcdefghijkl"]),
        (
            "abcdefghijklmn",
            [*(f"openapi/accepted.yaml: {each}" for each in "abcdefghijkl"), "and 2 more"],
        ),
    ],
)
def test_a_list_to_look_at_has_each_line_once_and_twelve_at_most(
    stale: Sequence[str], shown: list[str]
) -> None:
    result = replace(reviewed(CONTRACT, CONTRACT), stale=tuple(stale))
    assert to_look_at(Layout(ROOT), result, [], {}, []) == shown


ADDED = compared(document(), at("/pets"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Changelog\n", "# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n"),
        (
            "# Changelog\n\n## 0.1.0\n\nHighLevel:\n\n- GET /pets is new.\n",
            "# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n"
            "\n## 0.1.0\n\nHighLevel:\n\n- GET /pets is new.\n",
        ),
        (
            "# Changelog\n\n## Unreleased\n\n## 0.1.0\n\n- First.\n",
            "# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n"
            "\n## 0.1.0\n\n- First.\n",
        ),
        (
            "# Changelog\n\n## Unreleased\n\nBulk:\n\n- Second.\n\n## 0.1.0\n\n- First.\n",
            "# Changelog\n\n## Unreleased\n\nBulk:\n\n- Second.\n"
            "\nHighLevel:\n\n- GET /pets is new.\n\n## 0.1.0\n\n- First.\n",
        ),
        (
            "## Unreleased\n\nHighLevel:\n\n- GET /cats is new.\n\nBulk:\n\n- Second.\n",
            "## Unreleased\n\nHighLevel:\n\n- GET /pets is new.\n- GET /cats is new.\n"
            "\nBulk:\n\n- Second.\n",
        ),
    ],
)
def test_what_changed_at_highlevel_is_a_group_under_unreleased_with_each_line_once(
    before: str, after: str
) -> None:
    assert changelog_with(before, ADDED) == after
    assert changelog_with(after, ADDED) == after


def test_a_changelog_stays_as_it_is_where_nothing_changed() -> None:
    assert changelog_with("# Changelog\n", compared(document(), document())) == "# Changelog\n"


def everywhere(schema: Json) -> Json:
    """Return a document whose three operations answer with one component."""
    answer = responding({"$ref": "#/components/schemas/Pet"})["paths"]["/pets"]
    components = {"schemas": {"Pet": schema}}
    return document({f"/{name}": answer for name in "abc"}, components=components)


@pytest.mark.parametrize(
    ("old", "new", "entry"),
    [
        (document(), at("/pets"), "GET /pets is new"),
        (
            at("/pets"),
            at("/pets", requestBody={"content": {}}),
            "request body of GET /pets may be sent now",
        ),
        (
            at("/pets"),
            at("/pets", parameters=[{"name": "q", "in": "query", "schema": S}]),
            "query parameter q may be sent now (in GET /pets)",
        ),
        (
            everywhere(holding(S)),
            everywhere(holding({"type": "integer"})),
            "Pet.p has another type (in GET /a and 2 more)",
        ),
    ],
)
def test_an_entry_names_its_operations_once(old: Json, new: Json, entry: str) -> None:
    expected = f"# Changelog\n\n## Unreleased\n\nHighLevel:\n\n- {entry}.\n"
    assert changelog_with("# Changelog\n", compared(old, new)) == expected
