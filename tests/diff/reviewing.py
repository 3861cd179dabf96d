"""Helpers to review documents in tests."""

import copy
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from scripts.contract.review import ContractReview, completed
from scripts.diff.load import Contract
from scripts.diff.results import Review
from scripts.diff.review import compare_contracts, review
from tests.diff.documents import Json

ROOT = Path(__file__).parents[2]
TODAY = date(2030, 5, 5)
CAPTURED: Json = json.loads((ROOT / "openapi/captured/2021-07-28.json").read_text())

Edit = Callable[[Json], Any]


def contract(document: Json, name: str = "it.json") -> Contract:
    """Return a document as a contract read from a file."""
    text = json.dumps(document, indent=2, sort_keys=True)
    return Contract(name, document, {"": text.encode()})


def compared(old: Json, new: Json) -> Review:
    """Compare two documents, `old.json` and `new.json`."""
    return compare_contracts(contract(old, "old.json"), contract(new, "new.json"))


def reviewed(old: Json, new: Json, *apps: Path) -> ContractReview:
    """Review two documents for the facade of this repository; nothing is accepted."""
    return completed(review(compared(old, new), [], TODAY), ROOT, apps=apps)


def edited(*edits: Edit, old: Json = CAPTURED, apps: tuple[Path, ...] = ()) -> ContractReview:
    """Review edits of a document."""
    new = copy.deepcopy(old)
    for edit in edits:
        edit(new)
    return reviewed(old, new, *apps)
