"""The generated parts of the site contain code and contract, with links for the site."""

import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.docs import __main__ as command
from scripts.docs.parts import PARTS, ROOT, on_page_markdown, written
from scripts.errors import CannotRunError

TEMPORARY = "no response, or a temporary status (408, 502 to 504, 520 to 527)"
LOOKUP = "a lookup whether it was carried out"
WAITS = "up to 0.5 s, 1 s, 2 s, then 3 s"
SHOWN = {
    "advice": [
        "| `DuplicateRelationError` | The two records are already related under this association |"
        " use [relations.ensure](ensure.md), which returns the relation |",
        "fails at the moment ([e23](../contract/witnesses.md#e23-outage)) | try again",
        "| 422: the request is well-formed but refused | read its text |",
    ],
    "call-options": [
        "| `timeout` | each part of a request: connecting, sending, each wait for data |",
        "| 10 s to connect, 30 s for the rest | not allowed |",
        "with all its requests and waits, except the wait for the pace | 60 s |",
    ],
    "changelog": ["\n<!-- towncrier release notes start -->\n"],
    "changes": [],  # see below
    "contributing": ["with invented ids and values; its README describes the form."],
    "corrections": ["[e09-relations-listed](witnesses.md#e09-relations-listed)"],
    "error-tree": ["├── ContractError                      A success whose body"],
    "errors": [
        "::: facade.NotFoundError\n    options: {merge_init_into_class: false}",
        "{inherited_members: [trace_id, status_code, headers, body], show_bases: false}",
    ],
    "examples": ['```python title="examples/agency_app.py"\n# Run: pip install "highlevel'],
    "facts": ["| Must skip and limit be sent? | optional |", "| 403 error code: \\* |"],
    "faults": [
        "[`false_422`][facade.testing.faults.false_422] | Do the work, but respond with 422"
    ],
    "fields": ["| `associations` | list of [AssociationPayload](#associationpayload) | yes |"],
    "figure-call": ['<svg class="figure" viewBox="0 0 400 460" role="img" aria-label="A call asks'],
    "figure-delivery": ['role="img" aria-label="A delivery is new, then in progress while'],
    "figure-ids": ['aria-label="A request has a token, which'],
    "figure-oauth": ['aria-label="A user starts at your app,'],
    "figure-document": ['role="img" aria-label="HighLevel&#x27;s document is captured.'],
    "lookups": ["that finds nothing is repeated, after 0.5 s, 1 s, 2 s and 4 s."],
    "methods": ["| `associations.get(association_id)` | `Association` |"],
    "oauth-error-tree": ["    ├── StateMismatchError"],
    "oauth-errors": ["::: facade.oauth.TokenStoreError"],
    "operations": [
        "| `DELETE /associations/relations/{id}`<br>Delete one relation; its records and its "
        "association stay. | `associations/relation.write` | `200` |",
    ],
    "patience": [
        "sends its pairs with `deadline=300` and `max_backoff=20`: the waits",
        "before the 7 retries then take up to 51.5 s.",
    ],
    "retries": [
        f"created the item (400, 409) | perhaps |  | not retried |  | {LOOKUP} |",
        "deleted the item (404) | perhaps | succeeds |  |  |  |",
        "lacks the item | perhaps | not retried | not retried |  | a lookup of the item |",
        "| the daily limit is reached (429) | no | not retried | not retried |  |  |",
        f"limit is reached (429) | no | retried | retried | `Retry-After`, or {WAITS} |  |",
        "of the server is not valid | no | not retried | not retried |  |  |",
        "connection was made | no | up to 3 times | up to 3 times | up to 0.5 s, 1 s, 2 s |  |",
        "| no | once | once | up to 0.5 s | another token, if there is one |",
        f"| {TEMPORARY} | perhaps | retried | retried | {WAITS} | for `create`: {LOOKUP} |",
        f"unknown reason | perhaps | not retried | not retried |  | for `create`: {LOOKUP} |",
        "| any other response | no | not retried | not retried |  |  |",
    ],
    "redis-rights": ["~highlevel:* +@read +@write +@scripting +@connection +time +info"],
    "retry-numbers": [
        "up to 7 times (`retries`), within the deadline of its call. The waits are random,",
        "take up to 15.5 s, unless `Retry-After` asks for longer ones; a call fails at once",
        "if that is more than 120 s. No attempt starts more than 300 s after the first one",
    ],
    "release": [", for Python 3.11 and newer; MIT licence", ". [What changed](upgrade.md)."],
    "rules": ["| operation-removed | breaking |"],
    "strengths": ["| code | a client in use depends on it |"],
    "versions": [
        "| `v3` | captured, tested |\n| `2023-02-21` | sent as given |",
        "| `2021-07-28` | captured, tested, the default |",
    ],
    "webhook-error-tree": ["    │   └── UnknownKindError"],
    "webhook-errors": ["::: facade.webhooks.StaleError"],
    "witnesses": [
        "## Associations and relations\n\n### a01-relation-in-order-of-request\n",
        "### e09-relations-listed\n\nWhat does listing the relations of",
        "*measured*, 1 source, 2026-08-19, write-up",
    ],
}


@pytest.mark.parametrize("name", PARTS)
def test_a_part_contains_its_source_and_is_on_a_page(name: str) -> None:
    part = PARTS[name](ROOT)
    assert [shown for shown in SHOWN[name] if shown not in part] == []
    pages = [*(ROOT / "docs").rglob("*.md")]
    assert any(f"<!-- part: {name} -->" in page.read_text() for page in pages)


def test_the_changes_of_captured_documents_are_told_by_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert PARTS["changes"](tmp_path) == "The history of this project is not here."
    captured = tmp_path / "openapi/captured/v3.json"
    captured.parent.mkdir(parents=True)
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com"]
    told = []
    for paths in ({}, {"/a": {"get": {"responses": {"200": {"description": "A"}}}}}):
        about = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}
        captured.write_text(json.dumps(about))
        for step in (["init", "--quiet"], ["add", "-A"], ["commit", "--quiet", "-m", "A"]):
            subprocess.run([*git, *step], cwd=tmp_path, check=True)
        told.append(PARTS["changes"](tmp_path))
    assert told[0] == "HighLevel has not changed its documents since they were first captured."
    assert re.match(r"### .*\n\n20[-0-9]{8}: \w+\\~:\./openapi/captured/v3\.json →", told[1])
    assert "**GET /a is new**" in told[1]
    shallow = [*git, "clone", "--quiet", "--depth=1", f"file://{tmp_path}", f"{tmp_path}/shallow"]
    subprocess.run(shallow, check=True)
    assert PARTS["changes"](tmp_path / "shallow") == "The history of this project is not here."


def page(name: str, **meta: Any) -> SimpleNamespace:
    return SimpleNamespace(file=SimpleNamespace(src_uri=name), meta=meta)


def test_each_placeholder_of_a_part_is_replaced_by_the_part_and_an_unknown_one_is_told() -> None:
    source = "# A\n\n<!-- part: {} -->\n\n`<!-- part: facts -->`\n\n<!-- part: {} -->\n"
    made = on_page_markdown(source.format("facts", "error-tree"), page=page("guide/a.md"))
    facts, tree = PARTS["facts"](ROOT), PARTS["error-tree"](ROOT)
    assert made == f"# A\n\n{facts}\n\n`<!-- part: facts -->`\n\n{tree}\n"
    with pytest.raises(
        CannotRunError, match=r"^guide/a\.md: there is no part fieldz; known: advice"
    ):
        on_page_markdown("<!-- part: fieldz -->\n", page=page("guide/a.md"))


def missing(_: Path) -> str:
    raise ImportError("a package is missing")


def test_a_part_is_written_between_its_markers_and_a_figure_stays_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = "# A\n\n<!-- part: {} -->{}\n\nText\n\n<!-- part: figure-call -->\n"
    versions = f"\n\n{PARTS['versions'](ROOT)}\n\n<!-- end of versions -->"
    path = tmp_path / "docs/guide/a.md"
    path.parent.mkdir(parents=True)
    monkeypatch.setattr(command, "ROOT", tmp_path)
    monkeypatch.setattr(command, "written", lambda: written(tmp_path))
    for before in ("", "\n\nof last year\n\n<!-- end of versions -->"):
        path.write_text(source.format("versions", before))
        assert command.main(["--check"]) == 1
        assert command.main([]) == 0
        assert capsys.readouterr().out == "stale: docs/guide/a.md\nwritten: docs/guide/a.md\n"
        assert path.read_text() == source.format("versions", versions)
        assert command.main(["--check"]) == 0
    monkeypatch.setitem(PARTS, "versions", missing)
    assert command.main(["--check"]) == 0
    assert capsys.readouterr().err == "a.md: versions stays as it is: a package is missing\n"
    monkeypatch.undo()
    made = on_page_markdown(path.read_text(), page=page("guide/a.md"))
    assert made.startswith(f"# A\n\n{PARTS['versions'](ROOT)}\n\nText\n\n<svg")


def test_the_start_page_leads_to_the_source_if_the_project_has_an_address(tmp_path: Path) -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    named = re.sub(
        r'^repository = "[^"]*"', 'repository = "https://git.example/a/b"', settings, flags=re.M
    )
    (tmp_path / "pyproject.toml").write_text(named)
    assert "; [its source](https://git.example/a/b). [What changed]" in PARTS["release"](tmp_path)


def test_the_pages_of_the_wheel_hold_their_parts_as_they_are_now() -> None:
    assert [path.name for path, text in written().items() if path.read_text() != text] == []


@pytest.mark.parametrize(
    ("name", "boost"),
    [
        ("start/first.md", 2),
        ("guide/errors.md", 2),
        ("guide/methods.md", 0.5),
        ("reference/errors.md", 0.5),
        ("index.md", 1),
        ("contract/fields.md", 0.2),
        ("maintain/index.md", 0.2),
    ],
)
def test_the_search_boost_of_a_page_is_its_own_or_its_folder_s(name: str, boost: float) -> None:
    made = page(name, search={"exclude": False})
    on_page_markdown("# A\n", page=made)
    assert made.meta == {"search": {"exclude": False, "boost": boost}}
