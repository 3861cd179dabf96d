"""Advice on what HighLevel could publish, and on changes of the contract."""

import json
from copy import deepcopy
from functools import cache

from scripts.contract.advice import Advice
from scripts.contract.corrections import Corrected, Corrections, Recaptured, read_corrections
from scripts.contract.generate import DEFAULT_VERSION, Layout, read_captured
from scripts.contract.notices import open_notices
from scripts.contract.review import ContractReview
from tests.diff.reviewing import ROOT, reviewed

from .changes import CONTRACT
from .editing import Change, Json

LAYOUT = Layout(ROOT)
OURS = read_corrections(LAYOUT.openapi)


@cache
def before() -> dict[str, Corrected]:
    return {name: OURS.of(read_captured(LAYOUT, name)) for name in LAYOUT.versions}


def after(
    change: Change, *versions: str, layout: Layout = LAYOUT, old: dict[str, Corrected] | None = None
) -> Advice:
    """Publish documents with a change, those of all Versions by default."""
    pairs, corrections = {}, read_corrections(layout.openapi)
    for name, earlier in (old or before()).items():
        document: Json = json.loads(json.dumps(earlier.captured))
        if name in (versions or [name]):
            change(document)
        pairs[name] = Recaptured(earlier, corrections.of(document))
    found = ({name: each.captured for name, each in one.items()} for one in _sides(pairs))
    first = pairs[DEFAULT_VERSION]
    result = reviewed(first.old.contract, first.new.contract)
    return Advice(layout, pairs, open_notices(corrections, *found), result, versions or [*pairs])


def _sides(pairs: dict[str, Recaptured]) -> tuple[dict[str, Corrected], dict[str, Corrected]]:
    new = {name: each.new for name, each in pairs.items()}
    return new, {name: each.old for name, each in pairs.items()}


def of_contract(change: Change, layout: Layout = LAYOUT) -> Advice:
    contract: Json = deepcopy(CONTRACT)
    change(contract)
    return of_review(reviewed(CONTRACT, contract), layout)


def of_review(result: ContractReview, layout: Layout = LAYOUT) -> Advice:
    same = Corrected(OURS, {}), Corrected(Corrections([]), result.documents[1])
    return Advice(layout, {DEFAULT_VERSION: Recaptured(*same)}, [], result, [])
