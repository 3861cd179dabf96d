"""Show the guide: a page of the documentation as text."""

import argparse
import re
import sys
from difflib import get_close_matches
from html import unescape
from pathlib import Path

EPILOG = """
Without PAGE, the pages are listed. On a terminal, a page is shown in its pager.

examples:
  {command}
  {command} errors
  {command} bulk | head -40
"""
_INSTALLED = Path(__file__).parents[1] / "pages"  # written by hatch_build.py
_IN_CLONE = Path(__file__).parents[3] / "docs"

_CODE = re.compile(r"(^ *```.*?^ *```$)", re.MULTILINE | re.DOTALL)
# What the site shows, and text cannot: comments, tags, and sources in the contract.
_LEFT_OUT = re.compile(
    r"(?:<!--.*?-->|</?div[^>]*>)\n*|</?small[^>]*>"
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
            print(f"{name:<{width}}{_plain(title.lstrip('# '))}")
        return 0
    name = Path(options.page).stem.lower()
    if name not in pages:
        meant = get_close_matches(name, pages)
        what = f"did you mean {meant[0]}?" if meant else f"there are {', '.join(pages)}"
        raise ValueError(f"there is no page {options.page!r}: {what}")
    text = _plain(pages[name].read_text("utf-8"))
    if sys.stdout.isatty():
        from pydoc import pager  # here, because it loads much

        pager(text)
    else:
        print(text)
    return 0


def _plain(markdown: str) -> str:
    """Return Markdown without what only the site shows: links into it, comments, tags, anchors."""
    parts = _CODE.split(markdown)
    for at in range(0, len(parts), 2):  # code is between them
        text = _TAB.sub(r"\1:", _LEFT_OUT.sub("", parts[at]))
        parts[at] = unescape(_LINK.sub(lambda to: f"{to[1]} ({to[2]})" if to[2] else to[1], text))
    return "".join(parts).strip()
