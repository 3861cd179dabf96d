"""One run of the probe: its plan, its requests, and its result."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from facade.observe import Recorder
from scripts.errors import CannotRunError
from scripts.evidence.cleanup import PREFIX, clean_up, left_behind
from scripts.evidence.client import ProbeClient, Target
from scripts.evidence.questions import QuestionResult, answer_questions
from scripts.evidence.session import ASSOCIATIONS, MAX_REQUESTS, Session
from scripts.files import write_whole


@dataclass(frozen=True)
class ProbeResult:
    results: list[QuestionResult]
    lines: list[dict[str, Any]]  # the recorder's, and one for each answered question
    remaining: list[str]  # keys of associations that could not be deleted
    sent: int

    def save(self, path: Path) -> None:
        """Write the lines as input for scripts.observed."""
        write_whole(path, "".join(f"{json.dumps(line)}\n" for line in self.lines).encode())


@dataclass(frozen=True)
class Probe(Target):
    """What is probed, and what the probe may do."""

    write: bool = False
    exhaust: bool = False
    records: Sequence[str] | None = None  # ids of two contacts to relate

    def plan(self) -> list[str]:
        steps = [
            f"read associations and relations under Version {', '.join(self.versions)}: "
            f"about {10 * (len(self.versions) + 1)} requests, below the rate limit"
        ]
        if self.write:
            steps.append(
                f"create, update and delete {ASSOCIATIONS + 2} associations named {PREFIX}... and "
                "their relations: about 45 requests"
            )
        if self.exhaust:
            steps.append(
                f"send up to {MAX_REQUESTS} requests at once until one is refused: other apps "
                "must wait as well"
            )
        return steps

    def run(self, contract: dict[str, Any], today: Callable[[], date] = date.today) -> ProbeResult:
        """Call every permitted operation; delete what was created, even after an error."""
        recorder = Recorder(1, today=today)
        with ProbeClient(self, recorder) as client:
            session = Session(client, self.records)
            try:
                session.read()
                lists = session.evidence.of("list_associations")
                refused = [each.status for each in lists if each.status in (401, 403)]
                if refused and len(refused) == len(lists):
                    raise CannotRunError(
                        f"the API refuses the token ({min(refused)}): use the location's own "
                        "token, with the four scopes of associations"
                    )
                if self.write:
                    session.write()
            finally:
                remaining = clean_up(client, session.created)
            if self.exhaust:
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

    def left_behind(self) -> dict[str, list[str]]:
        """Return the associations that an earlier run left, by their keys."""
        with ProbeClient(self, None) as client:
            return left_behind(client)

    def clean_up(self, left: Mapping[str, Sequence[str]]) -> list[str]:
        """Delete what an earlier run left; return the keys that could not be deleted."""
        with ProbeClient(self, None) as client:
            return clean_up(client, left)
