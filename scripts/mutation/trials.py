"""Plant bugs in copies of the project, and see which tests fail."""

import math
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from scripts.contract.blocking import ASYNC, BLOCKING, write_blocking
from scripts.mutation.bugs import Bug, project_files
from scripts.mutation.suites import Suites

_OTHERS = 8  # test files besides the mirror
_TIMES = 8  # a run with a bug may take so many times as long as one without
_LEAST = 30.0  # seconds that any run may take, because other programs slow it down
_UNKNOWN = 120.0  # seconds for a file whose run without a bug is not known yet
_POLL = 0.02  # seconds
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


class BugOutcome(StrEnum):
    MIRROR = "killed by the mirrored test file"
    OTHERS = "killed by other tests only"
    TIME = "killed only by the time limit"
    SURVIVED = "survived"


class Trial(NamedTuple):
    """A bug, what became of it, and the test that found it."""

    bug: Bug
    outcome: BugOutcome
    test: str
    seconds: float


class _Run(NamedTuple):
    seconds: float
    failed: str  # the first test that failed
    is_late: bool


class Trials:
    """Tries bugs in several copies of a project at a time."""

    def __init__(self, root: Path, jobs: int) -> None:
        self._root = root
        self._jobs = jobs
        self._suites = Suites(root)
        self._has_ended = threading.Event()
        self._usual: dict[str, _Run] = {}  # of a test file, without a bug
        self._copies: queue.Queue[Path] = queue.Queue()

    @property
    def broken(self) -> list[str]:
        """The test files that fail without a bug, and so say nothing about one."""
        return sorted(file for file, run in self._usual.items() if run.failed)

    def mirror(self, bug: Bug) -> str | None:
        return self._suites.mirror(bug.file)

    def run(self, bugs: Sequence[Bug]) -> Generator[Trial, None, None]:
        """Try all bugs and yield what became of each; when closed, end what still runs."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            for number in range(min(self._jobs, len(bugs))):
                copy = Path(folder) / str(number)
                for name in project_files(self._root):
                    (copy / name).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy2(self._root / name, copy / name)
                self._copies.put(copy)
            with ThreadPoolExecutor(self._jobs) as pool:
                try:
                    for done in as_completed([pool.submit(self._try, bug) for bug in bugs]):
                        yield done.result()
                finally:
                    self._has_ended.set()
                    pool.shutdown(cancel_futures=True)

    def _try(self, bug: Bug) -> Trial:
        started, copy = time.monotonic(), self._copies.get()
        try:
            return Trial(bug, *self._judge(bug, copy), time.monotonic() - started)
        finally:
            self._copies.put(copy)

    def _judge(self, bug: Bug, copy: Path) -> tuple[BugOutcome, str]:
        mirror = self.mirror(bug)
        files = self._suites.others(bug.file, bug.function, _OTHERS)
        if mirror:
            self._without_bug(mirror, copy)
            files = [mirror, *files]
        for file in files:
            usual = self._usual.get(file)
            limit = max(_LEAST, _TIMES * usual.seconds) if usual else _UNKNOWN
            with _planted(bug, copy):
                run = self._pytest(file, copy, limit)
            # Most others pass, and so what they do without the bug is asked only here.
            if not run.failed or (usual := self._without_bug(file, copy)).failed:
                continue
            if not run.is_late:
                return BugOutcome.MIRROR if file == mirror else BugOutcome.OTHERS, run.failed
            if limit >= max(_LEAST, _TIMES * usual.seconds):
                return BugOutcome.TIME, file
        return BugOutcome.SURVIVED, ""

    def _without_bug(self, file: str, copy: Path) -> _Run:
        if file not in self._usual:
            self._usual[file] = self._pytest(file, copy)
        return self._usual[file]

    def _pytest(self, file: str, copy: Path, limit: float = math.inf) -> _Run:
        """Run a test file until its first failure, the limit, or the end of all runs."""
        started = time.monotonic()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "-p", "no:cacheprovider", file],
                cwd=copy,
                # No other path, as in `make test`: the scripts of a project that a test makes would
                # hide behind ours. Compiled files may be as old as a bug, which Python would miss.
                env={**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # to kill what the tests start, too
            )
            while (code := process.poll()) is None and time.monotonic() < started + limit:
                if self._has_ended.wait(_POLL):
                    break
            with suppress(ProcessLookupError):  # all of them have ended
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if self._has_ended.is_set():
                raise CancelledError
            output.seek(0)
            said = _FAILED.search(output.read().decode(errors="replace"))
        # Examples that failed must not be tried first with the next bug.
        shutil.rmtree(copy / ".hypothesis", ignore_errors=True)
        failed = "" if code == 0 else said[1] if said else file
        return _Run(time.monotonic() - started, failed, code is None)


@contextmanager
def _planted(bug: Bug, copy: Path) -> Iterator[None]:
    """Plant a bug; one of async code in the blocking code generated from it, too."""
    texts = {bug.file: bug.text}
    package, _, name = bug.file.partition(f"/{ASYNC}/")
    if name:
        with tempfile.TemporaryDirectory() as folder:
            write_blocking({name: bug.text}, Path(folder), package)
            blocking = f"{package}/{BLOCKING}/{name}"
            texts[blocking] = (Path(folder) / blocking).read_text("utf-8")
    before = {file: (copy / file).read_bytes() for file in texts}
    for file, text in texts.items():
        (copy / file).write_text(text, "utf-8")
    try:
        yield
    finally:
        for file, data in before.items():
            (copy / file).write_bytes(data)
