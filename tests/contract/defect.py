"""A defect of the published documents with its correction, which is the tests' own.

HighLevel may mend its own, and an update then deletes their corrections.
"""

import json

from scripts.contract.generate import Layout

from .editing import Json

DEFECTS = ("x-unpublished-first", "x-unpublished-second")
TITLE = "Nothing of ours reads it"
_ACTION = f"""
  - target: $['{DEFECTS[0]}', '{DEFECTS[1]}']
    description: {TITLE}
    x-evidence: E
    x-expect: 2
    remove: true
"""


def plant(project: Layout) -> None:
    """Publish the defect in every captured document, and correct it in the overlay."""
    for version in project.versions:
        path = project.captured(version)
        path.write_text(json.dumps({**json.loads(path.read_text()), **dict.fromkeys(DEFECTS, 1)}))
    with project.overlay.open("a") as file:
        file.write(_ACTION)


def half_mended(document: Json) -> None:
    del document[DEFECTS[0]]


def mended(document: Json) -> None:
    for name in DEFECTS:
        del document[name]
