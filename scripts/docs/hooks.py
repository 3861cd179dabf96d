"""What MkDocs calls while it builds the site: `<!-- part: NAME -->` becomes that generated part."""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from scripts.docs.parts import PARTS

ROOT = Path(__file__).parents[2]
_PART = re.compile(r"^<!-- part: ([\w-]+) -->$", re.MULTILINE)


# How much more the search thinks of a page, by the folder: who searches wants to know how first.
_BOOST = {"start": 2, "guide": 2, "contract": 0.5, "maintain": 0.5}


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Put the generated parts of a page in their places, and weigh the page for the search."""
    folder = page.file.src_uri.partition("/")[0]
    page.meta.setdefault("search", {})["boost"] = _BOOST.get(folder, 1)

    def part(found: re.Match[str]) -> str:
        if found[1] not in PARTS:
            known = ", ".join(PARTS)
            raise PluginError(f"{page.file.src_uri}: there is no part {found[1]}; known: {known}")
        return PARTS[found[1]](ROOT)

    return _PART.sub(part, markdown)
