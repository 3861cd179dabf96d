"""MkDocs hooks: `<!-- part: NAME -->` in a page is replaced by that generated part."""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from scripts.docs.parts import PARTS

ROOT = Path(__file__).parents[2]
_PART = re.compile(r"^<!-- part: ([\w-]+) -->$", re.MULTILINE)


# The weight of a folder's pages in the search: readers want instructions first.
_BOOST = {"start": 2, "guide": 2, "contract": 0.5, "maintain": 0.5}


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Insert the generated parts of a page, and set its search weight."""
    folder = page.file.src_uri.partition("/")[0]
    page.meta.setdefault("search", {})["boost"] = _BOOST.get(folder, 1)

    def part(found: re.Match[str]) -> str:
        if found[1] not in PARTS:
            known = ", ".join(PARTS)
            raise PluginError(f"{page.file.src_uri}: there is no part {found[1]}; known: {known}")
        return PARTS[found[1]](ROOT)

    return _PART.sub(part, markdown)
