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

- **One** of a &lt;list&gt;.

</div>

## A CSV {#a-csv}

=== "From an index"

    ```sh
    pip install x   # [no](link) <!-- kept -->
    ```

Then [link](command.md) it.
"""
TEXT = """\
# Tokens & the `pace`

A token that HighLevel refuses is in Errors, see RFC [1] (https://rfc.example/1).

- **One** of a <list>.

## A CSV

From an index:

    ```sh
    pip install x   # [no](link) <!-- kept -->
    ```

Then link it.
"""


@pytest.fixture
def page(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "tokens.md").write_text(PAGE, "utf-8")
    monkeypatch.setattr(docs, "_INSTALLED", folder)


@pytest.mark.usefixtures("page")
def test_a_page_is_text_without_what_only_the_site_shows(command: Command) -> None:
    assert command("docs", "Guide/TOKENS.md") == (0, TEXT, "")
    assert command("docs") == (0, "tokens  Tokens & the `pace`\n", "")
    said = "error: there is no page 'toekns': did you mean tokens?\n"
    assert command("docs", "toekns")[2] == said
    assert command("docs", "x")[2] == "error: there is no page 'x': there are tokens\n"


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
