"""The place of a document: a file, an http(s) URL, or a path in a git revision."""

import os
import posixpath
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import SplitResult, urljoin, urlsplit

from scripts.errors import CannotRunError, MissingDocumentError

if TYPE_CHECKING:
    import subprocess

_TIMEOUT = 30.0  # seconds for one command of git
_FETCH_TIMEOUT = 300.0  # seconds for fetching one revision of a repository
_GIT = re.compile(r"(?P<repository>.+)@(?P<revision>[^@:]+):(?P<path>[^:]+)")


def is_url(text: str) -> bool:
    """Return whether a text is an http(s) URL."""
    return text.startswith(("http://", "https://"))


def split_url(url: str, what: str) -> SplitResult:
    """Split a URL, and refuse one with a password, which would be printed with the URL."""
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise CannotRunError(f"{what} is not a URL: {error}") from error
    if not parts.hostname:
        raise CannotRunError(f"{what} is not a URL: it names no host")
    if "@" in parts.netloc:
        raise CannotRunError(f"{what} holds a user name or password: leave them out")
    return parts


@dataclass(frozen=True)
class FilePlace:
    """A file on this machine."""

    path: Path

    top: ClassVar = ""
    """The common prefix of all files of the same origin."""

    def __str__(self) -> str:
        return str(self.path)

    def join(self, reference: str) -> "Place":
        """Resolve a reference in this document."""
        if is_url(reference):
            return UrlPlace(reference)
        if reference.startswith("/") or "://" in reference:
            raise _neither(self, reference)
        # Normalised, so that each file has one name.
        return FilePlace(Path(os.path.normpath(self.path.parent / reference)))

    def read(self) -> bytes:
        """Read the bytes."""
        try:
            return self.path.read_bytes()
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise CannotRunError(f"cannot read {self}: {reason}") from error


@dataclass(frozen=True)
class UrlPlace:
    """A document on the web."""

    url: str

    def __str__(self) -> str:
        return self.url

    @property
    def top(self) -> str:
        """The common prefix of all files of the same origin."""
        return f"{urlsplit(self.url).scheme}://{urlsplit(self.url).netloc}"

    def join(self, reference: str) -> "Place":
        """Resolve a reference in this document."""
        try:
            url = urljoin(self.url, reference)
        except ValueError:
            url = ""
        if not is_url(url):  # a page of the web must not make us read local files
            raise _neither(self, reference)
        return UrlPlace(url)

    def read(self) -> bytes:
        """Read the bytes."""
        from scripts.openapi.web import fetch  # slow to import

        return fetch(self.url)


@dataclass(frozen=True)
class GitPlace:
    """A path in a revision of a repository: a local folder, or one that git can fetch."""

    repository: str
    revision: str
    path: str

    def __str__(self) -> str:
        return f"{self.repository}@{self.revision}:{self.path}"

    @property
    def top(self) -> str:
        """The common prefix of all files of the same origin."""
        return f"{self.repository}@{self.revision}:"

    def join(self, reference: str) -> "Place":
        """Resolve a reference in this document, in the same revision."""
        if is_url(reference):
            return UrlPlace(reference)
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self.path), reference))
        return replace(self, path=path)

    def commit(self) -> str:
        """The full id of the revision's commit."""
        arguments = ("rev-parse", "--verify", "--end-of-options")
        return self._git(arguments, "^{commit}").decode().strip()

    def read(self) -> bytes:
        """Read the bytes in that revision."""
        return self._git(("cat-file", "blob"), f":{self.path}")

    def names(self) -> list[str]:
        """Return the names in a folder of that revision; none if there is no such folder."""
        with suppress(MissingDocumentError):
            return self._git(("ls-tree", "--name-only", "-z"), f":{self.path}").decode().split("\0")
        return []

    def _git(self, arguments: tuple[str, ...], suffix: str) -> bytes:
        if self.revision.startswith("-"):
            raise CannotRunError(f"{self}: a revision cannot start with a dash")
        if Path(self.repository).is_dir():
            done = self._call(self.repository, (*arguments, self.revision + suffix))
            if done.returncode:
                self._require_revision()
        elif "://" not in self.repository:
            raise CannotRunError(f"{self}: there is no repository at {self.repository}")
        else:
            done = self._fetched((*arguments, "FETCH_HEAD" + suffix))
        if done.returncode:
            why = f"there is no file {self.path!r} in that revision"
            raise MissingDocumentError(f"cannot read {self}: {why}")
        return done.stdout

    def _fetched(self, arguments: tuple[str, ...]) -> "subprocess.CompletedProcess[bytes]":
        from tempfile import TemporaryDirectory  # slow to import

        with TemporaryDirectory() as folder:
            self._call(folder, ("init", "--quiet", "--bare"))
            fetch = ("fetch", "--quiet", "--depth=1", "--end-of-options")
            done = self._call(folder, (*fetch, self.repository, self.revision), _FETCH_TIMEOUT)
            if done.returncode:
                raise CannotRunError(f"cannot read {self}: {_fatal(done)}")
            return self._call(folder, arguments)

    def _require_revision(self) -> None:
        here = "this folder" if self.repository == "." else self.repository
        verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        if self._call(self.repository, ("rev-parse", "--git-dir")).returncode:
            raise CannotRunError(f"cannot read {self}: {here} is not a git repository")
        if self._call(self.repository, (*verify, f"{self.revision}^{{commit}}")).returncode:
            why = f"{here} has no revision {self.revision!r}: is it spelled right, and fetched?"
            raise CannotRunError(f"cannot read {self}: {why}")

    def _call(
        self, folder: str, arguments: tuple[str, ...], timeout: float = _TIMEOUT
    ) -> "subprocess.CompletedProcess[bytes]":
        import subprocess  # slow to import

        # Fail instead of asking for a password; use English messages.
        environment = {**os.environ, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
        try:
            return subprocess.run(
                ["git", "-C", folder, *arguments],
                capture_output=True,
                check=False,
                timeout=timeout,
                env=environment,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise CannotRunError(f"cannot read {self}: {error}") from error


def _neither(place: "Place", reference: str) -> CannotRunError:
    return CannotRunError(f"{place}: {reference!r} is neither a relative path nor an http(s) URL")


def _fatal(done: "subprocess.CompletedProcess[bytes]") -> str:
    lines = done.stderr.decode(errors="replace").splitlines()
    return next((line for line in lines if line.startswith("fatal: ")), "git failed")


Place = FilePlace | UrlPlace | GitPlace


def place(text: str) -> Place:
    """Parse a place: a URL, `REPO@REV:PATH`, or else a file."""
    if is_url(text) and "@" not in split_url(text, "the address to read from").path:
        return UrlPlace(text)
    match = _GIT.fullmatch(text)
    if match and not Path(text).exists():
        return GitPlace(**match.groupdict())
    return UrlPlace(text) if is_url(text) else FilePlace(Path(os.path.normpath(text)))
