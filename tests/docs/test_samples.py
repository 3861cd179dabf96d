"""The samples in README.md and the pages of the site work.

Python blocks and console sessions of a page run from top to bottom, against one sandbox. A block
with a title is written to a file of that name; pytest runs it if it is a test. `print(...)  # text`
is the expected output, and `...` in the output of a console session matches any text.
"""

import asyncio
import logging
import os
import re
import shlex
import sys
from ast import PyCF_ALLOW_TOP_LEVEL_AWAIT
from collections.abc import Iterator
from doctest import ELLIPSIS, OutputChecker
from importlib.util import find_spec
from inspect import CO_COROUTINE
from pathlib import Path
from typing import Any

import pytest

from facade import AssociationsClient
from facade.cli import __main__ as cli
from facade.testing import Sandbox
from scripts.programs import RedisServer
from tests import needs
from tests.docs.samples import PAGES, ROOT, Sample, name, samples

RUN = {"python", "console"}
SHOWN = [page for page in PAGES if RUN & {each.language for each in samples(page)}]


@pytest.fixture(autouse=True)
def restored_logging() -> Iterator[None]:
    logger = logging.getLogger("facade")
    level, handlers = logger.level, [*logger.handlers]
    yield
    logger.setLevel(level)
    logger.handlers[:] = handlers


@pytest.mark.parametrize("page", SHOWN, ids=name)
def test_the_samples_of_a_page_run_and_print_the_output_in_their_comments(
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
            elif sample.language == "python" and not _lacks_pandas(sample):
                _run(page, sample, names)
                printed = capsys.readouterr().out.splitlines()
                for expected in re.findall(r"print\(.*\)  # (.*)", sample.text):
                    assert expected in printed
            elif sample.language == "console":
                _run_session(sample.text, capsys)
    if isinstance(client := names.get("client"), AssociationsClient):
        client.close()  # which a long-running app keeps open
    if any(sample.title.startswith("test_") for sample in samples(page)):
        _test(tmp_path)


def _lacks_pandas(sample: Sample) -> bool:
    """Return whether a sample needs pandas, and tests/proof/ has to run it."""
    return "pandas." in sample.text and find_spec("pandas") is None


def _run(page: Path, sample: Sample, names: dict[str, Any]) -> None:
    # Line ends before it, so that a traceback has the line number of the page.
    source = "\n" * sample.line + sample.text
    code = compile(source, page, "exec", flags=PyCF_ALLOW_TOP_LEVEL_AWAIT)
    awaited = eval(code, names)  # noqa: S307 - code of this repository
    if code.co_flags & CO_COROUTINE:  # of a notebook
        asyncio.run(awaited)


def _run_session(session: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = f'highlevel-associations() {{ {sys.executable} -m facade.cli "$@"; }}'
    for line, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", session, re.MULTILINE):
        name, *words = shlex.split(line)
        if name == "highlevel-associations" and "|" not in words:
            cli.main(words)
            printed, errors = capsys.readouterr()
        else:  # a shell is needed
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            done = needs.run("bash", "-c", f"{command}\n{line}", cwd=Path(), env=environment)
            printed, errors = done.stdout, done.stderr
        matches = OutputChecker().check_output(expected, printed, ELLIPSIS)
        assert matches, f"{line}\n{printed}{errors}"


def _test(folder: Path) -> None:
    pytest = (sys.executable, "-m", "pytest", "-q", "-p", "facade.testing.plugin")
    done = needs.run(*pytest, folder, cwd=folder, env={"PYTHONPATH": f"{ROOT}:{folder}"})
    assert done.returncode == 0, done.stdout
