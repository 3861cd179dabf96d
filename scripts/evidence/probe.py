"""One run of the probe: its plan, its requests, and its result."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from facade.observe import Recorder
from scripts.errors import CannotRunError
from scripts.evidence.client import PREFIX, ProbeClient, Target
from scripts.evidence.questions import QuestionResult, answer_questions
from scripts.evidence.session import ASSOCIATIONS, MAX_REQUESTS, Session, clean_up
from scripts.files import write_whole


@dataclass(frozen=True)
class ProbeResult:
    results: list[QuestionResult]
    lines: list[dict[str, Any]]  # the recorder's, and one for each answered question
    remaining: list[str]  # keys of associations that could not be deleted
    sent: int

    def save(self, path: Path) -> None:
        write_whole(path, "".join(f"{json.dumps(line)}\n" for line in self.lines).encode())


def plan(target: Target) -> list[str]:
    steps = [
        f"read associations and relations under Version {', '.join(target.versions)}: "
        f"about {10 * (len(target.versions) + 1)} requests, below the rate limit"
    ]
    if target.write:
        several = f"{ASSOCIATIONS + 2} associations named {PREFIX}... and their relations"
        steps.append(f"create, update and delete {several}: about 45 requests")
    if target.exhaust:
        until = "until one is refused: other apps must wait as well"
        steps.append(f"send up to {MAX_REQUESTS} requests at once {until}")
    return steps


def probe(
    target: Target, contract: dict[str, Any], today: Callable[[], date] = date.today
) -> ProbeResult:
    """Call every permitted operation; delete what was created, even after an error."""
    recorder = Recorder(1, today=today)
    with ProbeClient(target, recorder) as client:
        session = Session(client)
        try:
            session.read()
            lists = session.evidence.of("list_associations")
            refused = [each for each in lists if each.status in (401, 403)]
            if refused and len(refused) == len(lists):
                said = f"{refused[0].status}: {refused[0].text}"
                raise CannotRunError(
                    f"the API refuses every list ({said}): use the location's own token, with "
                    "the four scopes of associations, and a Version that the API knows"
                )
            if target.write:
                session.write()
        finally:
            remaining = clean_up(client, session.created)
        if target.exhaust:
            session.exhaust()
    results = answer_questions(session.evidence, contract)
    day = {"first": today().isoformat(), "last": today().isoformat()}
    answers = [
        {"fact": each.fact, "asks": each.question, "answer": each.observed, "n": each.n, **day}
        for each in results
        if each.observed
    ]
    return ProbeResult(results, [*recorder.lines(), *answers], remaining, client.sent)
