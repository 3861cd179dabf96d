"""Reading files, URLs and git revisions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.contract.errors import CannotRunError
from scripts.contract.places import FilePlace, GitPlace, Place, UrlPlace, place

from .serving import Serve


@pytest.fixture
def repository(tmp_path: Path, git: Callable[..., None]) -> Path:
    """Return a repository with `apps/a.json` in two commits; the first one is tagged `cat`."""
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
def test_a_place_is_parsed_from_text(text: str, expected: Place) -> None:
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
def test_a_reference_is_resolved_against_its_document(
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
    with pytest.raises(CannotRunError, match="neither a relative path nor an http"):
        start.join(reference)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("http://[::1", "is not a URL"),
        ("http:///a.json", "is not a URL"),
        ("https://me:hidden@h.example/a.json", "holds a user name or password"),
        ("https://hidden@h.example/a.json", "holds a user name or password"),
        ("https://me:hidden@h.example/r.git@main:a.json", "holds a user name or password"),
    ],
)
def test_an_unsafe_address_is_refused_without_printing_it(text: str, said: str) -> None:
    with pytest.raises(CannotRunError, match=rf"\Athe address to read from {said}.*\Z") as caught:
        place(text)
    assert "hidden" not in str(caught.value)


def test_a_url_is_read(serve: Serve) -> None:
    base = serve({"/a.json": (200, b"{}", None)})
    assert place(f"{base}/a.json").read() == b"{}"


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


def test_the_commit_of_a_tag_is_the_one_that_it_is_on(
    repository: Path, git: Callable[..., None]
) -> None:
    git(repository, "tag", "--annotate", "--message", "1", "annotated", "cat")
    first, second = (GitPlace(str(repository), name, "") for name in ("cat", "annotated"))
    assert first.commit() == second.commit()


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("{}@none:apps/a.json", "{} has no revision 'none': is it spelled right, and fetched"),
        ("{}@main:none.json", "there is no file 'none.json' in that revision"),
        ("{}@main:../a.json", "there is no file '../a.json' in that revision"),
        ("{}@--upload-pack=x:a.json", "cannot start with a dash"),
        ("{}/none@main:a.json", "there is no repository at {}/none"),
        ("{}/../plain@main:a.json", "plain is not a git repository"),
        ("git@h.example/r@main:a.json", "there is no repository at git@h.example/r"),
        ("file://{}/none@main:a.json", "fatal: '{}/none' does not appear to be a git repository"),
        ("file://{}@none:a.json", "fatal: couldn't find remote ref none"),
        ("file://{}@main:none.json", "there is no such file in that revision"),
    ],
)
def test_a_missing_part_of_a_revision_is_named_in_one_line(
    repository: Path, monkeypatch: pytest.MonkeyPatch, where: str, said: str
) -> None:
    (repository.parent / "plain").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.parent))
    with pytest.raises(CannotRunError) as caught:
        place(where.replace("{}", str(repository))).read()
    assert said.replace("{}", str(repository)) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_revision_missing_in_a_local_repository_is_named(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    with pytest.raises(CannotRunError, match="this folder has no revision 'none'"):
        place(".@none:apps/a.json").read()
