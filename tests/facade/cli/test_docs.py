"""docs: the pages of the guide as text, and the nearest page for a wrong name."""

from pathlib import Path

import pytest

from facade.cli.commands import docs
from tests.facade.bulk.runs import ROOT
from tests.facade.cli.conftest import Command

PAGE = """\
# Tokens & the `pace`

<!-- part: advice -->
A [token][facade.Token] that HighLevel refuses ([e23](../contract/witnesses.md#e23),
[e24](../contract/witnesses.md#e24)) is in [Errors](errors.md#what), see [RFC [1]](https://rfc.example/1).

<div class="grid cards" markdown>

- **One** of a list, whose text is longer than a line of the so-called terminal
  is, so that it goes on.
1. Two.

</div>

## A CSV {#a-csv}

=== "From an index"

    ```sh title="run.sh"
    pip install x   # [no](link) <!-- kept -->
    ```

| error | it means | do |
|---|---|---|
| `AError` | no \\| text<br>at all | |
| `BError` | a name that is too long for columns in a terminal of this width | read &lt;it&gt; |

| option | does |
|---|---|
| `a` | this |
| `long` | that |
"""
TEXT = """\
Tokens & the `pace`
===================

A token that HighLevel refuses is in Errors, see RFC [1]
(https://rfc.example/1).

- **One** of a list, whose text is longer than a line of the
  so-called terminal is, so that it goes on.
1. Two.

A CSV
-----

From an index:

run.sh:

    pip install x   # [no](link) <!-- kept -->

`AError`
  it means: no | text at all

`BError`
  it means: a name that is too long for columns in a terminal of
    this width
  do: read <it>

option  does
`a`     this
`long`  that
"""


@pytest.fixture
def page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tokens.md").write_text(PAGE, "utf-8")
    monkeypatch.setattr(docs, "_INSTALLED", folder)
    monkeypatch.setenv("COLUMNS", "64")


@pytest.mark.usefixtures("page")
def test_a_page_is_text_of_the_width_of_the_terminal_up_to_a_hundred_columns(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command("docs", "Guide/TOKENS.md") == (0, TEXT, "")
    assert command("docs") == (0, "tokens  Tokens & the `pace`\n", "")
    said = "error: there is no page 'toekns': did you mean tokens?\n"
    assert command("docs", "toekns")[2] == said
    assert command("docs", "x")[2] == "error: there is no page 'x': there are tokens\n"
    monkeypatch.setenv("COLUMNS", "200")
    (docs._INSTALLED / "words.md").write_text("word " * 100)
    assert {len(line) for line in command("docs", "words")[1].splitlines()[:-1]} == {99}


@pytest.mark.usefixtures("page", "terminal")
def test_a_terminal_shows_a_page_in_its_pager(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    paged: list[str] = []
    monkeypatch.setattr("pydoc.pager", paged.append)
    assert command("docs", "tokens") == (0, "", "")
    assert f"{paged[0]}\n" == TEXT


def test_in_a_clone_the_pages_are_those_of_the_repository(command: Command) -> None:
    rows = [line.partition("  ") for line in command("docs")[1].splitlines()]
    assert {"errors", "install", "oauth", "troubleshooting"} <= {name for name, _, _ in rows}
    assert {len(name + gap) + len(rest) - len(rest.lstrip()) for name, gap, rest in rows} == {17}
    assert "DuplicateRelationError" in command("docs", "errors")[1]
    assert docs._INSTALLED == ROOT / "facade" / "cli" / "pages"
