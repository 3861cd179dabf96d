"""Programs that tests need: without one a test is skipped, and the end of the run lists it."""

import os
import shutil
import subprocess
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def program(package: str, *names: str) -> str:
    """Return one of several programs; without one, skip the test, or fail it on CI.

    `package` is the Debian package to install.
    """
    for name in names:
        if found := shutil.which(name):
            return found
    if os.environ.get("CI") == "true":
        pytest.fail(f"{names[0]} is missing: .ci/run installs it")
    pytest.skip(f"{names[0]} is not installed (apt-get install {package})")


def run(
    *command: str | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    """Run a program; return its output and exit code, whatever that is. `env` is all it gets."""
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def skipped_lines(reports: Iterable[pytest.TestReport]) -> Iterator[str]:
    """Yield the skipped tests by reason: the number in each file."""
    by_reason: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for report in reports:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        by_reason[reason.removeprefix("Skipped: ")][report.nodeid.partition("::")[0]] += 1
    for reason, files in sorted(by_reason.items()):
        yield f"{files.total()} not run: {reason}"
        yield from (f"  {path}: {count}" for path, count in sorted(files.items()))
