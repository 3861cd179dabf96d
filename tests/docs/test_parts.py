"""The generated parts of the site contain code and contract, with links for the site."""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scripts.docs import __main__ as command
from scripts.docs.parts import PARTS, ROOT, on_page_markdown, written

# Those of pages that are not written, and so not reviewed.
SHOWN = {
    "changelog": "\n<!-- towncrier release notes start -->\n",
    "contributing": "with invented ids and values; its README describes the form.",
    "examples": 'an interrupted run is resumed.\n\n```python title="examples/nightly_sync.py"\n#',
    "figure-call": '<svg class="figure" viewBox="0 0 400 460" role="img" aria-label="A call asks',
    "figure-delivery": 'role="img" aria-label="A delivery is new, then in progress while',
    "figure-ids": 'aria-label="A request has a token, which',
    "figure-oauth": 'aria-label="A user starts at your app,',
    "figure-document": 'role="img" aria-label="HighLevel&#x27;s document is captured.',
    "methods": "| `associations.get(association_id)` | `Association` |",
    "rules": "| operation-removed | breaking |",
    "webhook-errors": "{merge_init_into_class: false, show_attribute_values: true}",
}


def test_each_part_is_written_into_a_page_or_contains_its_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pages = "".join(page.read_text() for page in (ROOT / "docs").rglob("*.md"))
    assert {*PARTS} == {*re.findall(r"^<!-- part: (.+) -->$", pages, re.MULTILINE)}
    is_written = {*re.findall(r"^<!-- end of (.+) -->$", pages, re.MULTILINE)}
    ours = {
        name
        for name, make in PARTS.items()
        if getattr(make, "func", make).__module__ == "scripts.docs.parts"
    }
    assert ours - is_written <= SHOWN.keys()
    lacking = [name for name, shown in SHOWN.items() if shown not in PARTS[name](ROOT)]
    assert lacking == []
    programs = re.findall(r"^## (\w+\.py)$", PARTS["examples"](ROOT), re.MULTILINE)
    assert programs == sorted(programs)


def page(name: str, **meta: Any) -> SimpleNamespace:
    return SimpleNamespace(file=SimpleNamespace(src_uri=name), meta=meta)


def test_each_placeholder_of_a_part_is_replaced_by_the_part() -> None:
    source = "# A\n\n<!-- part: {} -->\n\n`<!-- part: facts -->`\n\n<!-- part: {} -->\n"
    made = on_page_markdown(source.format("facts", "error-tree"), page=page("guide/a.md"))
    facts, tree = PARTS["facts"](ROOT), PARTS["error-tree"](ROOT)
    assert made == f"# A\n\n{facts}\n\n`<!-- part: facts -->`\n\n{tree}\n"


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
        ("guide/errors.md", 2),
        ("guide/methods.md", 0.5),
        ("index.md", 1),
        ("start/tour.md", 2),
        ("contract/fields.md", 0.2),
    ],
)
def test_the_search_boost_of_a_page_is_its_own_or_its_folder_s(name: str, boost: float) -> None:
    made = page(name, search={"exclude": False})
    on_page_markdown("# A\n", page=made)
    assert made.meta == {"search": {"exclude": False, "boost": boost}}
