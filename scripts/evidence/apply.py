"""Apply proposed actions: append them to the overlay, if every contract stays valid."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import yaml

from scripts.contract.corrections import read_corrections
from scripts.contract.generate import Layout, build_contract, read_captured
from scripts.contract.notices import mend, open_notices
from scripts.contract.overlay import read_actions
from scripts.errors import CannotRunError
from scripts.evidence.propose import RawAction
from scripts.files import write_whole
from scripts.openapi.documents import parse


def apply_proposals(actions: Sequence[RawAction], root: Path = Path()) -> int:
    """Write actions into the overlay; return how many it lacked.

    `x-expect` becomes right for all captured Versions. CannotRunError if a contract is not valid
    with them, and nothing is written.
    """
    layout = Layout(root)
    name, before = layout.name(layout.overlay), layout.overlay.read_bytes()
    known = parse(before, name)["actions"]
    block = yaml.safe_dump(list(actions), sort_keys=False, allow_unicode=True, width=100)
    lines = "".join(f"  {line}\n" if line else "\n" for line in block.splitlines())
    written = before.rstrip() + b"\n\n" + lines.encode()
    read = None
    with suppress(CannotRunError):
        read = parse(written, name)
    if read is None or read["actions"] != [*known, *actions]:
        raise CannotRunError(f"{name} does not end with its actions: add the proposed ones by hand")
    documents = {each: read_captured(layout, each) for each in layout.versions}
    corrections = replace(read_corrections(layout.openapi), actions=read_actions(read))
    for each in documents:
        build_contract(layout, each, corrections)
    notices = open_notices(corrections, documents)
    written = mend([each for each in notices if each.action.number > len(known)], written, name)
    added = len(parse(written, name)["actions"]) - len(known)
    if added:
        write_whole(layout.overlay, written)
    return added
