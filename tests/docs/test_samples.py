"""What README.md and the site's pages show, works.

The Python of a page and its console sessions run from top to bottom, against a sandbox of its own.
A block with a title is the file of that name; pytest runs it if it is a test. `print(...)  # said`
says what is printed, and `...` in a console's output is any text.
"""

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path
from typing import Any

import pytest

from facade import AssociationsClient
from facade.testing import Sandbox
from scripts.benchmarks.redis_server import RedisServer
from tests.docs.samples import PAGES, ROOT, Sample, name, samples

RUN = {"python", "console"}
SHOWN = [page for page in PAGES if RUN & {each.language for each in samples(page)}]


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what a sample does to the facade's logger."""
    logger = logging.getLogger("facade")
    level, handlers = logger.level, [*logger.handlers]
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


@pytest.mark.parametrize("page", SHOWN, ids=name)
def test_the_samples_of_a_page_run_and_print_what_they_say(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    sandbox = Sandbox()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("HIGHLEVEL_TOKEN", sandbox.token)
    monkeypatch.setenv("HIGHLEVEL_LOCATION_ID", sandbox.location_id)
    if "REDIS_URL" in page.read_text():
        server: RedisServer = request.getfixturevalue("redis")
        monkeypatch.setenv("REDIS_URL", server.url)
    names: dict[str, Any] = {"__name__": "sample"}
    with sandbox.serve() as sandbox_server:
        monkeypatch.setenv("HIGHLEVEL_BASE_URL", sandbox_server.url)
        for sample in samples(page):
            if sample.title:
                (tmp_path / sample.title).write_text(sample.text)
            elif sample.language == "python":
                _run(page, sample, names)
                printed = capsys.readouterr().out.splitlines()
                for said in re.findall(r"print\(.*\)  # (.*)", sample.text):
                    assert said in printed
            elif sample.language == "console":
                _converse(sample.text)
    if isinstance(client := names.get("client"), AssociationsClient):
        client.close()  # of an app that would run on
    if any(sample.title.startswith("test_") for sample in samples(page)):
        _test(tmp_path)


def _run(page: Path, sample: Sample, names: dict[str, Any]) -> None:
    # Line ends before it, so that a traceback names the line of the page.
    source = "\n" * sample.line + sample.text
    exec(compile(source, page, "exec"), names)  # noqa: S102 - it is ours


def _converse(session: str) -> None:
    command = f'highlevel-associations() {{ {sys.executable} -m facade.cli "$@"; }}'
    for typed, said in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        done = subprocess.run(
            ["bash", "-c", f"{command}\n{typed}"],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        matches = OutputChecker().check_output(said, done.stdout, ELLIPSIS)
        assert matches, f"{typed}\n{done.stdout}{done.stderr}"


def _test(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "facade.testing.plugin", folder],
        cwd=folder,
        env={"PYTHONPATH": f"{ROOT}:{folder}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
