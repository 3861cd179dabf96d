"""What MkDocs calls while it builds the site: `<!-- part: NAME -->` becomes that generated part."""

import re
from pathlib import Path
from typing import Any

from scripts.docs import parts

_PART = re.compile(r"^<!-- part: ([\w-]+) -->$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Put the generated parts of a page in their places; KeyError for one that there is not."""
    return _PART.sub(lambda found: parts.PARTS[found[1]](Path()), markdown)
