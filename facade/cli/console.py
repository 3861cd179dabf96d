"""Shared by all commands: errors in one line, exit statuses, files, and output that fails."""

import os
import signal
import sys
import traceback
from argparse import ArgumentTypeError
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from threading import Event
from typing import NoReturn, TypeVar

from facade._core.files import atomic_writer
from facade._core.numbers import count
from facade._core.reasons import visible
from facade.errors import AssociationsError

Value = TypeVar("Value")

COULD_NOT_RUN, INTERRUPTED = 2, 130
_READER_ENDED = 141  # as a process that SIGPIPE ends


def print_note(text: object) -> None:
    """Print a message on standard error, separate from the output for programs."""
    sys.stderr.writelines(f"{visible(line)}\n" for line in str(text).splitlines())
    sys.stderr.flush()


def print_error(error: object) -> None:
    """Print an error, such as an exception, in one line."""
    print_note(f"error: {str(error).strip()}")


def status_of(run: Callable[[], int]) -> int:
    """Run a command, print its error if it fails, and return its exit status.

    BrokenPipeError, and an OSError without a file name, are errors of the output, and are raised.
    """
    try:
        return run()
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if error.filename is None or isinstance(error, BrokenPipeError):
            raise
        print_error(f"{error.filename}: {error.strerror}")
    except (AssociationsError, ValueError) as error:
        print_error(error)
    except Exception:  # Python would exit with 1, which has another meaning here
        traceback.print_exc()
    return COULD_NOT_RUN


def leave(main: Callable[[], int]) -> NoReturn:
    """Run a command, write its output, and exit with its exit status."""
    # Each is None if the parent process closed it.
    sys.stdin = sys.stdin or TextIOWrapper(BytesIO())
    sys.stdout, sys.stderr = sys.stdout or StringIO(), sys.stderr or StringIO()
    for name in ("SIGTERM", "SIGHUP"):  # as Ctrl-C, so that no temporary file stays
        number = getattr(signal, name, signal.SIGTERM)  # Windows has no SIGHUP
        if signal.getsignal(number) is signal.SIG_DFL:  # not under nohup
            signal.signal(number, signal.default_int_handler)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal may not have every letter. argparse ignores a write that fails: with
            # PYTHONUNBUFFERED, too, the flush is to fail instead.
            stream.reconfigure(errors="backslashreplace", write_through=False)
            if stream is sys.stdout and not stream.isatty():  # data, the same on every platform
                stream.reconfigure(encoding="utf-8", newline="\n")
    try:
        try:
            status = main()
        except SystemExit as left:  # argparse has printed its help or an error
            status = int(left.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
    except BrokenPipeError:  # without a message: the reader, such as `head`, has ended
        status = _READER_ENDED
    except KeyboardInterrupt:
        status = INTERRUPTED
    except OSError as error:
        status = COULD_NOT_RUN
        with suppress(OSError):
            print_error(f"could not write the output: {error.strerror or error}")
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # Python would flush again at exit, and exit with 120
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
    if status == INTERRUPTED:  # without waiting for threads with requests in flight
        os._exit(status)
    sys.exit(status)


@contextmanager
def interruptible(stop: Callable[[], object], say: Callable[[str], None]) -> Generator[Event]:
    """Let Ctrl-C call `stop`, which finishes the requests in flight, and a second one exit at once.

    Yields what tells whether one came.
    """
    came = Event()

    def exit_at_once(*_: object) -> None:
        os._exit(INTERRUPTED)

    def interrupt(*_: object) -> None:
        signal.signal(signal.SIGINT, exit_at_once)
        came.set()
        say("Finishing the requests in flight; Ctrl-C again exits at once, safely, too.")
        stop()

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield came
    finally:
        signal.signal(signal.SIGINT, before)


class _DiscardFile(Exception):
    """Ends the block of `atomic_writer` without writing the file."""


def require_writable(path: Path) -> None:
    """Raise the OSError that `atomic_writer` would raise, without changing `path`.

    A pipe is not opened, because opening it would wait for its reader.
    """
    if path.is_file() or path.is_dir() or not path.exists():
        with suppress(_DiscardFile), atomic_writer(path):
            raise _DiscardFile


def argument_type(convert: Callable[[str], Value], form: str = "") -> Callable[[str], Value]:
    """Return a type of an argument; its error says what the text is not, or that of `convert`."""

    def converted(text: str) -> Value:
        try:
            return convert(text)
        except (LookupError, ValueError) as error:
            problem = f"{text or repr(text)} is not {form}" if form else str(error)
            raise ArgumentTypeError(problem) from None

    return converted


def number_of(noun: str) -> Callable[[str], int]:
    """Return a type of an argument: a number of these, 1 or more."""
    form = f"a number of {noun}: 1 or more"
    return argument_type(lambda text: count(noun, int(text), 1), form)


def assignment(form: str) -> Callable[[str], tuple[str, str]]:
    """Return a type of an argument of this form: a name, `=` and a text, neither empty."""

    def split(text: str) -> tuple[str, str]:
        name, _, value = text.partition("=")
        if not name.strip() or not value.strip():
            raise ValueError
        return name.strip(), value.strip()

    return argument_type(split, form)


def name_of(path: str) -> str:
    """Return what an error calls a file, which may be - for standard input."""
    return "standard input" if path == "-" else path
