"""Show the guide: a page of the documentation as text."""

import argparse
import re
import shutil
import sys
from collections.abc import Iterator
from difflib import get_close_matches
from html import unescape
from pathlib import Path
from textwrap import fill, indent

EPILOG = """
Without PAGE, the pages are listed. On a terminal, a page is shown in its pager.

examples:
  {command}
  {command} errors
  {command} bulk | head -40
"""
_INSTALLED = Path(__file__).parents[1] / "pages"  # written by hatch_build.py
_IN_CLONE = Path(__file__).parents[3] / "docs"
_MOST_COLUMNS = 100

_CODE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
# What the site shows, and text cannot: comments, tags, and sources in the contract.
_LEFT_OUT = re.compile(
    r"<!--.*?-->\n*|</?(?:div|small)[^>]*>"
    r"|\s*\(\[[^]]*\]\([^)]*/contract/[^)]*\)(?:,\s+\[[^]]*\]\([^)]*/contract/[^)]*\))*\)"
    r"|\s*\{ *#[\w-]+ *\}$",
    re.MULTILINE,
)
_TAB = re.compile(r'^=== "(.*)"$', re.MULTILINE)
_LINK = re.compile(r"\[((?:[^][]|\[[^]]*\])+)\](?:\((https?:[^)]+)\)|\([^)]*\)|\[[\w.]*\])")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("page", nargs="?", metavar="PAGE", help="such as errors, oauth or bulk")


def run(options: argparse.Namespace) -> int:
    folder = _INSTALLED if _INSTALLED.is_dir() else _IN_CLONE
    found = [*folder.glob("*.md"), *folder.glob("start/*.md"), *folder.glob("guide/*.md")]
    pages = {path.stem: path for path in sorted(found, key=lambda path: path.stem)}
    if options.page is None:
        width = max(map(len, pages)) + 2
        for name, path in pages.items():
            title, _, _ = path.read_text("utf-8").partition("\n")
            print(f"{name:<{width}}{_plain(title.lstrip('# '), 0)}")
        return 0
    name = Path(options.page).stem.lower()
    if name not in pages:
        meant = get_close_matches(name, pages)
        what = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(pages)}"
        raise ValueError(f"there is no page {options.page!r}: {what}")
    width = min(shutil.get_terminal_size().columns, _MOST_COLUMNS)
    text = _plain(pages[name].read_text("utf-8"), width)
    if sys.stdout.isatty():
        from pydoc import pager  # here, because it loads much

        pager(text)
    else:
        print(text)
    return 0


def _plain(markdown: str, width: int) -> str:
    """Return Markdown as text, whose paragraphs and tables have this width; 0 for one line."""
    parts, end = list[str](), 0
    for code in _CODE.finditer(markdown):
        parts += _blocks(markdown[end : code.start()], width)
        first, *lines = code[0].splitlines()
        depth, title = len(first) - len(first.lstrip()), re.search(r'title="(.*)"', first)
        parts += [f"{title[1]}:"] if title else []
        parts.append(indent("\n".join(line[depth:] for line in lines[:-1]), "    "))
        end = code.end()
    return "\n\n".join([*parts, *_blocks(markdown[end:], width)])


def _blocks(markdown: str, width: int) -> Iterator[str]:
    """Yield the paragraphs, headings, lists and tables of Markdown without code."""
    text = _TAB.sub(r"\1:", _LEFT_OUT.sub("", markdown))
    linked = _LINK.sub(lambda link: f"{link[1]} ({link[2]})" if link[2] else link[1], text)
    for block in re.split(r"\n\s*\n", unescape(linked).strip()):
        lines = block.splitlines()
        if block.startswith("#"):
            title = block.lstrip("# ")
            yield f"{title}\n{('=' if block.startswith('# ') else '-') * len(title)}"
        elif block.startswith("|"):
            yield _table([_cells(line) for line in (lines[0], *lines[2:])], width)
        elif block:
            items = re.split(r"\n(?= *(?:[-*]|\d+\.) )", block)
            yield "\n".join(_filled(item, width) for item in items)


def _cells(line: str) -> list[str]:
    cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return [re.sub(r"\\(.)", r"\1", cell.replace("<br>", " ").strip()) for cell in cells]


def _table(rows: list[list[str]], width: int) -> str:
    """Return a table in columns; as a paragraph for each row if it is too wide for these."""
    sizes = [max(map(len, column)) + 2 for column in zip(*rows, strict=True)]
    if sum(sizes) <= width:
        lines = ("".join(map(str.ljust, row, sizes)) for row in rows)
        return "\n".join(map(str.rstrip, lines))
    (_, *heads), *rows = rows
    heads = [f"{head}: " for head in heads] if len(heads) > 1 else [""]
    paragraphs = list[str]()
    for first, *cells in rows:
        named = [head + cell for head, cell in zip(heads, cells, strict=True) if cell]
        paragraphs.append("\n".join([first, *(_filled(each, width, "  ") for each in named)]))
    return "\n\n".join(paragraphs)


def _filled(text: str, width: int, margin: str = "") -> str:
    """Return a paragraph or an item of a list, in lines of this width; 0 is for one line."""
    item = re.match(r" *(?:[-*]|\d+\.) ", text)
    mark = item[0] if item else ""
    words = mark + " ".join(text.removeprefix(mark).split())
    deeper = " " * len(mark) if mark else margin and f"{margin}  "
    return fill(
        words,
        width or len(words) + 1,
        initial_indent=margin,
        subsequent_indent=deeper,
        break_long_words=False,
        break_on_hyphens=False,
    )
