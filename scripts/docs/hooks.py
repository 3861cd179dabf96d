"""What MkDocs calls while it builds the site: `<!-- part: NAME -->` becomes that generated part."""

import re
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from scripts.docs.parts import PARTS

ROOT = Path(__file__).parents[2]
_PART = re.compile(r"^<!-- part: ([\w-]+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, *, page: Any, **_: Any) -> str:
    """Put the generated parts of a page in their places."""

    def part(found: re.Match[str]) -> str:
        if found[1] not in PARTS:
            known = ", ".join(PARTS)
            raise PluginError(f"{page.file.src_uri}: there is no part {found[1]}; known: {known}")
        return PARTS[found[1]](ROOT)

    return _PART.sub(part, markdown)
