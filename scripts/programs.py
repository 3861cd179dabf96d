"""Programs that are run: tools such as git, Python in an environment of its own, a redis-server."""

import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from scripts.errors import CannotRunError

ROOT = Path(__file__).parents[1]


def make(folder: Path, *install: str | Path) -> Path:
    """Create an environment, install the packages, and return its Python."""
    run([sys.executable, "-m", "venv", "--clear", folder])
    python = folder / "bin" / "python"
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *install])
    return python


def make_once(folder: Path, stamp: str, *install: str | Path) -> Path:
    """Return the Python of an environment that is rebuilt only if `stamp` changes."""
    stamped = folder / "stamp"
    if not stamped.exists() or stamped.read_text() != stamp:
        make(folder, *install)
        stamped.write_text(stamp)
    return folder / "bin" / "python"


def build_wheel(folder: Path) -> Path:
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder])
    (built,) = folder.glob("*.whl")
    return built


def run(command: Sequence[str | Path], cwd: Path = ROOT, **env: str) -> str:
    """Run a program without our variables of Python, but with these, as `run_tool` does."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return run_tool(*map(str, command), cwd=cwd, env=others | env)


def run_tool(
    *command: str, text: str = "", cwd: Path = Path(), env: Mapping[str, str] | None = None
) -> str:
    """Run a program with an input; return its output, which an error has if it fails."""
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, check=False, cwd=cwd, env=env
        )
    except OSError as error:
        raise CannotRunError(f"cannot run {command[0]}: {error}") from error
    if done.returncode:
        said = f"{done.stdout}\n{done.stderr}".strip() or f"it ended with {done.returncode}"
        raise CannotRunError(f"{' '.join(command[:3])}: {said}")
    return done.stdout


class RedisServer:
    """Runs from construction until `stop`; a context manager. `start` restarts it.

    `options` are those of its command line, `program` is redis-server or one that takes the same.
    """

    def __init__(self, *options: str, program: str = "redis-server") -> None:
        self.port = _free_port()
        self._folder = tempfile.TemporaryDirectory()  # a replica writes what it receives
        self._command = [program, "--dir", self._folder.name, *options]
        # Patient, because a busy machine must not look like a Redis that is away.
        patience = "socket_timeout=60&socket_connect_timeout=60"
        self.url = f"redis://127.0.0.1:{self.port}/0?{patience}"
        self.start()

    def start(self) -> None:
        """Start it without data, and return once it accepts connections."""
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly"]
        self._process = subprocess.Popen(
            [*self._command, *options, "no"], stdout=subprocess.PIPE, text=True
        )
        output = []
        for line in self._process.stdout or ():
            output.append(line)
            if "eady to accept connections" in line:
                return
        self.__exit__()
        raise RuntimeError(f"{self._command[0]} did not start:\n{''.join(output)}")

    def stop(self) -> None:
        """Kill it and discard its data; a second call does nothing."""
        with self._process:
            self._process.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._folder.cleanup()


def _free_port() -> int:
    """Find a port below those of outgoing connections, none of which may take it from Redis.

    A node of a cluster also uses the port that is 10,000 above.
    """
    while True:
        port = 10_000 + secrets.randbelow(10_000)
        with socket.socket() as listening, suppress(OSError):
            listening.bind(("127.0.0.1", port))
            return port
