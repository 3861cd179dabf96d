"""Tables of a contract, its corrections and its witnesses, and how captured documents changed."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from scripts.docs import contract
from scripts.docs.parts import PARTS, ROOT
from scripts.errors import CannotRunError

CONTRACT = """{
  "paths": {
    "/a": {
      "post": {
        "operationId": "make", "summary": "Make\\nit.", "security": [{"t": ["a.write"]}],
        "responses": {"404": {}, "201": {}, "200": {}}
      },
      "get": {"operationId": "list", "x-unpublished": true, "responses": {"200": {}}}
    }
  },
  "components": {"schemas": {
    "Page": {
      "description": "A page.", "required": ["items"],
      "properties": {
        "items": {"items": {"$ref": "#/components/schemas/Item"}},
        "kind": {"type": ["string", "null"], "description": "The kind."},
        "any": {"oneOf": [{"type": "integer"}, {"$ref": "#/components/schemas/Item"}]},
        "other": {}
      }
    },
    "Item": {"type": "string"}
  }},
  "x-wire": {"total": {"asks": "Is there a total?", "answer": "<a|b> *"}}
}"""
OVERLAY = """
actions:
  - {target: "$.a[?@.b || !@.c]", description: A has b, x-evidence: "w01-made | w02-x", x-expect: 2}
"""
README = (
    "# Witnesses\n\n| letter | about |\n|---|---|\n| `v` | Versions |\n| `w` | wire and words |\n"
)
WITNESSES = {
    "w01-made-too": "{question: Two, fact: F., strength: said, since: 2026-01, sources: 2,"
    " source: {kind: page, address: 'https://a.example'}}",
    "w01-made": "{question: One, fact: Yes., strength: seen, since: 2026-02,"
    " source: {kind: recording},"
    " exchanges: [{request: POST /a, status: [200, 201]}, {request: GET /a, status: 200}]}",
    "v01-first": "{question: First, fact: V., strength: said, since: 2025, source: {kind: page}}",
}
SCHEMA = {
    "properties": {"strength": {"description": "said: a page says it; seen: it was recorded."}}
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    witnesses = tmp_path / "openapi/witnesses"
    witnesses.mkdir(parents=True)
    (tmp_path / "openapi/associations.json").write_text(CONTRACT)
    (tmp_path / "openapi/overlay.yaml").write_text(OVERLAY)
    (witnesses / "README.md").write_text(README)
    (witnesses / "witness.schema.json").write_text(json.dumps(SCHEMA))
    for name, text in WITNESSES.items():
        (witnesses / f"{name}.yaml").write_text(text)
    return tmp_path


# By part, what is made of the project above.
EXPECTED = {
    "operations": """| operation | scope | success |
| --- | --- | --- |
| `GET /a` (not published)<br> |  | `200` |
| `POST /a`<br>Make it. | `a.write` | `200`, `201` |""",
    "fields": """## Page

A page.

| field | type | required | what it is |
| --- | --- | --- | --- |
| `items` | list of [Item](#item) | yes |  |
| `kind` | string or null |  | The kind. |
| `any` | integer or [Item](#item) |  |  |
| `other` | any |  |  |""",
    "corrections": """| correction, and its target | evidence | places |
| --- | --- | --- |
| A has b.<br><small>`$.a[?@.b \\|\\| !@.c]`</small> | \
[w01-made](witnesses.md#w01-made) \\| w02-x | 2 |""",
    "facts": """| question | answer |
| --- | --- |
| Is there a total? | &lt;a\\|b> \\* |""",
    "witnesses": """## Versions

### v01-first

First V.

\n\
*said*, 1 source, 2025, page

## Wire and words

### w01-made

One Yes.

- `POST /a` → 200 or 201
- `GET /a` → 200

*seen*, 1 source, 2026-02, recording

### w01-made-too

Two F.

\n\
*said*, 2 sources, 2026-01, [page](https://a.example)""",
    "strengths": """| strength | means |
| --- | --- |
| said | a page says it |
| seen | it was recorded |""",
}


@pytest.mark.parametrize("part", EXPECTED)
def test_a_part_shows_all_of_its_source(part: str, project: Path) -> None:
    assert getattr(contract, part)(project) == EXPECTED[part]


def test_the_changes_of_captured_documents_are_told_by_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert PARTS["changes"](tmp_path) == "The history of this project is not here."
    captured = tmp_path / "openapi/captured/v3.json"
    captured.parent.mkdir(parents=True)
    git = ["git", "-c", "user.name=T", "-c", "user.email=t@example.com"]
    told = []
    path = {"get": {"responses": {"200": {"description": "A"}}}}
    for paths in ({}, {"/a": path}, {"/a": path, "/b": path}):
        about = {"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": paths}
        captured.write_text(json.dumps(about))
        for step in (["init", "--quiet"], ["add", "-A"], ["commit", "--quiet", "-m", "A"]):
            subprocess.run([*git, *step], cwd=tmp_path, check=True)
        told.append(PARTS["changes"](tmp_path))
    assert told[0] == "HighLevel has not changed its documents since they were first captured."
    assert re.match(r"### .*\n\n20[-0-9]{8}: \w+\\~:\./openapi/captured/v3\.json →", told[1])
    assert "**GET /a is new**" in told[1]
    assert [len(re.findall("^### ", each, re.MULTILINE)) for each in told] == [0, 1, 2]
    shallow = [*git, "clone", "--quiet", "--depth=1", f"file://{tmp_path}", f"{tmp_path}/shallow"]
    subprocess.run(shallow, check=True)
    monkeypatch.delenv("PYTHONPATH")  # so that the comparison fails
    with pytest.raises(CannotRunError):
        PARTS["changes"](tmp_path)
    assert PARTS["changes"](tmp_path / "shallow") == "The history of this project is not here."
