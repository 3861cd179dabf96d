"""One run of the probe: the walk, the answers, and what is saved of both."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from facade.observe import Recorder
from scripts.contract.errors import CannotRunError
from scripts.contract.files import write_whole
from scripts.probing.asker import Asker, Target
from scripts.probing.journal import PREFIX, Journal
from scripts.probing.questions import Settled, settle
from scripts.probing.walk import Evidence, Walk

WRITING = "make, change and remove three associations called {}... and relations of them"


@dataclass(frozen=True)
class Options:
    """What the probe may do."""

    write: bool = False
    exhaust: bool = False
    records: tuple[str, str] | None = None  # two contacts to relate
    journal: Path = Path(".probe-journal.jsonl")


@dataclass(frozen=True)
class Probed:
    """What a run found out."""

    settled: list[Settled]
    seen: list[dict[str, Any]]  # lines as facade.observe saves them, and the answers
    left: list[str]  # keys of what could not be removed
    sent: int

    def save(self, path: Path) -> None:
        """Write what was seen, for scripts.diff --observed."""
        write_whole(path, "".join(f"{json.dumps(line)}\n" for line in self.seen).encode())


def plan(options: Options) -> list[str]:
    """Say what will be done, before anything is."""
    lines = ["read associations and relations, about 30 requests, below the limit"]
    if options.write:
        lines.append(f"{WRITING.format(PREFIX)}, about 35 requests")
    if options.exhaust:
        lines.append("send up to 150 requests at once, until the limit refuses one: apps wait too")
    return lines


def probe(
    target: Target,
    options: Options,
    contract: dict[str, Any],
    today: Callable[[], date] = date.today,
) -> Probed:
    """Walk through all operations; whatever happens, remove what was made."""
    recorder = Recorder(1, today=today)
    journal = Journal(options.journal, target.base_url, target.location_id)
    with Asker(target, recorder) as asker:
        walk = Walk(asker, journal, options.records)
        try:
            walk.read()
            _check(walk.evidence)
            if options.write:
                walk.write()
        finally:
            left = journal.clean_up(asker) if journal.left() else []
        if options.exhaust:
            walk.exhaust()
        sent = asker.sent
    settled = settle(walk.evidence, contract)
    day = today().isoformat()
    answers = [_line(each, day) for each in settled if each.came]
    return Probed(settled, [*recorder.lines(), *answers], left, sent)


def clean_up(target: Target, journal: Path) -> list[str]:
    """Remove what an earlier run left behind; give the keys of what could not be removed."""
    with Asker(target, Recorder(1)) as asker:
        return Journal(journal, target.base_url, target.location_id).clean_up(asker)


def _check(evidence: Evidence) -> None:
    refused = {reply.status for reply in evidence.of("list")}
    if refused and refused <= {401, 403}:
        raise CannotRunError(
            f"the token is refused ({min(refused)}): it must be the location's, with the four "
            "scopes of associations"
        )


def _line(settled: Settled, day: str) -> dict[str, Any]:
    return {
        "fact": settled.fact,
        "asks": settled.asks,
        "answer": settled.came,
        "n": settled.n,
        "first": day,
        "last": day,
    }
