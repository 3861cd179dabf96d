"""Files, URLs and git revisions, read as they are."""

import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.contract import places
from scripts.contract.errors import CannotRunError
from scripts.contract.places import FilePlace, GitPlace, Place, UrlPlace, place

from .serving import Serve


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., None]) -> Path:
    """A repository with `apps/a.json` in two commits; the first one is tagged `cat`."""
    folder = tmp_path / "repository"
    (folder / "apps").mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    for content in ("1", "2"):
        (folder / "apps" / "a.json").write_text(content)
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "--message", content)
    git(folder, "tag", "cat", "HEAD~1")
    return folder


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("apps/a.json", FilePlace(Path("apps/a.json"))),
        ("./apps/../apps/a.json", FilePlace(Path("apps/a.json"))),
        ("https://h.example/a.json", UrlPlace("https://h.example/a.json")),
        ("https://h.example/a@b/c.json", UrlPlace("https://h.example/a@b/c.json")),
        (".@main:apps/a.json", GitPlace(".", "main", "apps/a.json")),
        ("/r@e@po@v1.0:a.json", GitPlace("/r@e@po", "v1.0", "a.json")),
        (
            "https://h.example/r.git@main:a.json",
            GitPlace("https://h.example/r.git", "main", "a.json"),
        ),
    ],
)
def test_a_place_is_what_a_person_would_say_it_is(text: str, expected: Place) -> None:
    assert place(text) == expected


def test_a_file_whose_name_looks_like_a_revision_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a@b:c.json"
    path.write_text("{}")
    assert place(str(path)) == FilePlace(path)


@pytest.mark.parametrize(
    ("start", "reference", "expected"),
    [
        (FilePlace(Path("apps/v3/a.json")), "../common.json", "apps/common.json"),
        (FilePlace(Path("a.json")), "https://h.example/b.json", "https://h.example/b.json"),
        (UrlPlace("https://h.example/x/a.json"), "../b.json", "https://h.example/b.json"),
        (GitPlace("r", "main", "apps/v3/a.json"), "../common.json", "r@main:apps/common.json"),
        (GitPlace("r", "main", "a.json"), "http://h.example/b", "http://h.example/b"),
    ],
)
def test_a_reference_is_found_from_where_it_stands(
    start: Place, reference: str, expected: str
) -> None:
    assert str(start.join(reference)) == expected


@pytest.mark.parametrize(
    ("start", "reference"),
    [
        (UrlPlace("https://h.example/a.json"), "file:///etc/hostname"),
        (UrlPlace("https://h.example/a.json"), "ftp://h.example/a.json"),
        (UrlPlace("https://h.example/a.json"), "data:application/json,{}"),
        (UrlPlace("https://h.example/a.json"), "https://[::1"),
        (FilePlace(Path("a.json")), "/etc/hostname"),
        (FilePlace(Path("a.json")), "file:///etc/hostname"),
    ],
)
def test_a_document_cannot_name_files_of_this_machine(start: Place, reference: str) -> None:
    with pytest.raises(CannotRunError, match="no relative path and no http"):
        start.join(reference)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://[::1", "is no URL"),
        ("http:///a.json", "is no URL"),
        ("https://me:hidden@h.example/a.json", "holds a user name or password"),
        ("https://me:hidden@h.example/r.git@main:a.json", "holds a user name or password"),
    ],
)
def test_an_address_that_cannot_be_meant_is_refused_without_repeating_it(
    text: str, said: str
) -> None:
    with pytest.raises(CannotRunError, match=rf"\Athe address to read from {said}.*\Z") as caught:
        place(text)
    assert "hidden" not in str(caught.value)


def test_a_url_is_read(serve: Serve) -> None:
    base = serve({"/a.json": (200, b"{}", None)})
    assert place(f"{base}/a.json").read() == b"{}"


def test_a_status_of_the_server_is_said(serve: Serve) -> None:
    base = serve({})
    with pytest.raises(CannotRunError, match=r"cannot read http.*: the server answered 404\Z"):
        place(f"{base}/none.json").read()


def test_an_answer_that_breaks_off_is_not_taken_for_the_whole(serve: Serve) -> None:
    base = serve({"/a.yaml": (200, b"openapi: 3.0.0\n", 500)})
    with pytest.raises(CannotRunError, match="broke off, 485 bytes short"):
        place(f"{base}/a.yaml").read()


def test_a_document_may_be_as_large_as_the_limit_and_no_larger(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_LARGEST", 1024**2)
    largest = b"x" * 1024**2
    base = serve({"/a.json": (200, largest, None), "/b.json": (200, largest + b"x", None)})
    assert place(f"{base}/a.json").read() == largest
    with pytest.raises(CannotRunError, match=r"/b.json is larger than 1 MB\Z"):
        place(f"{base}/b.json").read()


def test_no_more_of_an_answer_is_read_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_LARGEST", 1024**2)
    endless = Endless()
    monkeypatch.setattr(urllib.request, "urlopen", lambda request, timeout: endless)
    with pytest.raises(CannotRunError, match="is larger than 1 MB"):
        place("https://h.example/a.json").read()
    assert endless.read_bytes == 1024**2 + 1


class Endless:
    """An answer that never ends; it counts what is read of it."""

    length = None
    read_bytes = 0

    def __enter__(self) -> "Endless":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, size: int) -> bytes:
        self.read_bytes += size
        return b"x" * size


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/a.json", "http://127.0.0.1:1/a b.json"])
def test_a_server_that_cannot_be_reached_is_one_line(url: str, serve: Serve) -> None:
    serve({})
    with pytest.raises(CannotRunError, match=r"\Acannot reach http://127.0.0.1:1/a.*\Z"):
        place(url).read()


@pytest.mark.parametrize("name", ["none.json", ".", "a\0b"])
def test_a_file_that_cannot_be_read_is_one_line(name: str, tmp_path: Path) -> None:
    with pytest.raises(CannotRunError, match=r"\Acannot read .*\Z"):
        FilePlace(tmp_path / name).read()


LOCAL: Callable[[Path], str] = str
REMOTE: Callable[[Path], str] = Path.as_uri


@pytest.mark.parametrize("name", [LOCAL, REMOTE])
@pytest.mark.parametrize(("revision", "content"), [("main", b"2"), ("cat", b"1")])
def test_a_revision_is_read_from_a_folder_and_from_what_git_can_fetch(
    repository: Path, name: Callable[[Path], str], revision: str, content: bytes
) -> None:
    start = place(f"{name(repository)}@{revision}:apps/a.json")
    assert isinstance(start, GitPlace)
    assert start.read() == content
    assert len(start.commit()) == 40


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("{}@none:apps/a.json", "cannot read"),
        ("{}@main:none.json", "cannot read"),
        ("{}@--upload-pack=x:a.json", "cannot start with a dash"),
        ("{}/none@main:a.json", "there is no repository"),
        ("git@h.example/r@main:a.json", "there is no repository"),
        ("file://{}/none@main:a.json", "cannot read"),
    ],
)
def test_a_revision_that_cannot_be_read_is_one_line(
    repository: Path, where: str, said: str
) -> None:
    with pytest.raises(CannotRunError, match=rf"\A.*{said}.*\Z"):
        place(where.format(repository)).read()
