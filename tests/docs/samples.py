"""The samples of README.md and of the site's pages: fenced blocks, by page, in order."""

import re
from pathlib import Path
from typing import NamedTuple

from scripts.docs.parts import PART

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_BLOCK = re.compile(r"^( *)```(\w+)([^\n]*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_TITLE = re.compile(r'title="([^"]+)"')


class Sample(NamedTuple):
    """A fenced block: its first line, its language, the name of its file, and its text."""

    line: int
    language: str
    title: str
    text: str


def samples(page: Path) -> list[Sample]:
    """Return the samples of a page; a sample in a list or a tab is dedented."""
    content = page.read_text()
    return [
        Sample(
            content[: found.start()].count("\n") + 1,
            found[2],
            title[1] if (title := _TITLE.search(found[3])) else "",
            re.sub(rf"^{found[1]}", "", found[4], flags=re.MULTILINE),
        )
        for found in _BLOCK.finditer(content)
    ]


def by_hand(page: str) -> str:
    """Return the text of a page without its generated parts."""
    return PART.sub("", page)


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()
