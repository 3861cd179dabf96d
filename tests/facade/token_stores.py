"""The three stores for a test that is the same for all, and an installation whose token ended."""

import subprocess
import sys
import uuid
from pathlib import Path
from types import TracebackType
from typing import Self

from attrs import evolve

from facade.oauth import OAuth, TokenStore
from facade.testing import Sandbox


def install(sandbox: Sandbox, store: TokenStore, location_id: str) -> None:
    """Install the sandbox's app for a new location; its token serves until 1 s after 1970 began."""
    sandbox.add_location(location_id)
    oauth = OAuth("sandbox-app", "sandbox-secret", store=store, transport=sandbox.transport())
    grant = oauth.exchange(sandbox.oauth.install(location_id=location_id), unsolicited=True)
    ended = evolve(grant, issued_at=0.0, renew_at=1.0, expires_at=1.0)
    store.save(f"sandbox-app:location:{location_id}", ended)


def new_location() -> str:
    return f"loc{uuid.uuid4().hex[:12]}"


class Worker:
    """A process of tests.facade.oauth_worker; killed, should it still live, on leaving."""

    def __init__(self, url: str, where: str | Path, threads: int, point: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.facade.oauth_worker", url, where, str(threads), point],
            cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def hear(self) -> str:
        """Wait for a line; none, with what it said of its trouble, when it has ended."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line and self.process.wait() != -9:
            raise RuntimeError(self.process.communicate()[1])
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()
