"""One run of the probe: its plan, its requests, and its result."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from facade._core.operations import VERSIONS
from facade.observe import Recorder
from scripts.errors import CannotRunError
from scripts.evidence.answers import Evidence
from scripts.evidence.client import ProbeClient, Target
from scripts.evidence.journal import PREFIX, CleanupJournal
from scripts.evidence.questions import QuestionResult, answer_questions
from scripts.evidence.session import ASSOCIATIONS, MAX_REQUESTS, Session
from scripts.files import write_whole


@dataclass(frozen=True)
class ProbeOptions:
    """What the probe may do."""

    write: bool = False
    exhaust: bool = False
    records: Sequence[str] | None = None  # ids of two contacts to relate
    journal: Path = Path(".probe-journal.json")
    versions: Sequence[str] = VERSIONS


@dataclass(frozen=True)
class ProbeResult:
    """The outcome of a run."""

    results: list[QuestionResult]
    lines: list[dict[str, Any]]  # the recorder's, and one for each answered question
    remaining: list[str]  # keys of associations that could not be deleted
    sent: int

    def save(self, path: Path) -> None:
        """Write the lines as input for scripts.observed."""
        write_whole(path, "".join(f"{json.dumps(line)}\n" for line in self.lines).encode())


def plan(options: ProbeOptions) -> list[str]:
    """Describe each step of a run."""
    versions = options.versions
    steps = [
        f"read associations and relations under Version {', '.join(versions)}: "
        f"about {10 * (len(versions) + 1)} requests, below the rate limit"
    ]
    if options.write:
        steps.append(
            f"create, update and delete {ASSOCIATIONS + 2} associations named {PREFIX}... and "
            "their relations: about 45 requests"
        )
    if options.exhaust:
        steps.append(
            f"send up to {MAX_REQUESTS} requests at once until one is refused: other apps must "
            "wait as well"
        )
    return steps


def probe(
    target: Target,
    options: ProbeOptions,
    contract: dict[str, Any],
    today: Callable[[], date] = date.today,
) -> ProbeResult:
    """Call every permitted operation; delete what was created, even after an error."""
    recorder = Recorder(1, today=today)
    journal = CleanupJournal(options.journal, target.base_url, target.location_id)
    with ProbeClient(target, recorder, options.versions) as client:
        session = Session(client, journal, options.records)
        try:
            session.read()
            _check_token(session.evidence)
            if options.write:
                session.write()
        finally:
            remaining = journal.clean_up(client) if journal.remaining() else []
        if options.exhaust:
            session.exhaust()
        sent = client.sent
    results = answer_questions(session.evidence, contract)
    day = {"first": today().isoformat(), "last": today().isoformat()}
    answers = [
        {"fact": each.fact, "asks": each.question, "answer": each.observed, "n": each.n, **day}
        for each in results
        if each.observed
    ]
    return ProbeResult(results, [*recorder.lines(), *answers], remaining, sent)


def clean_up(target: Target, options: ProbeOptions) -> list[str]:
    """Delete what an earlier run left behind; return the keys that could not be deleted."""
    with ProbeClient(target, None, options.versions) as client:
        return CleanupJournal(options.journal, target.base_url, target.location_id).clean_up(client)


def _check_token(evidence: Evidence) -> None:
    refused = [each for each in evidence.of("list_associations") if each.status in (401, 403)]
    if refused and len(refused) == len(evidence.of("list_associations")):
        raise CannotRunError(
            f"the API refuses the token ({min(each.status for each in refused)}): use the "
            "location's own token, with the four scopes of associations"
        )
