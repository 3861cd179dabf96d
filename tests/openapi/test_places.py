"""Reading files, URLs and git revisions."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest

from scripts.errors import CannotRunError, MissingDocumentError
from scripts.openapi.places import FilePlace, GitPlace, UrlPlace, place

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
    git(folder, "tag", "--annotate", "--message", "1", "cat", "HEAD~1")
    return folder


def test_a_place_is_parsed_from_text() -> None:
    for text, expected in (
        ("./apps/../apps/a.json", FilePlace(Path("apps/a.json"))),
        ("https://h.example/a@b/c.json", UrlPlace("https://h.example/a@b/c.json")),
        ("/r@e@po@v1.0:a.json", GitPlace("/r@e@po", "v1.0", "a.json")),
        ("https://h.example/r@main:a.json", GitPlace("https://h.example/r", "main", "a.json")),
    ):
        assert place(text) == expected


def test_a_reference_is_resolved_against_its_document() -> None:
    for start, reference, expected, top in (
        ("apps/v3/a.json", "../common.json", "apps/common.json", ""),
        (
            "https://h.example/x/a.json",
            "http://h.example/b",
            "http://h.example/b",
            "http://h.example",
        ),
        ("r@main:apps/v3/a.json", "../common.json", "r@main:apps/common.json", "r@main:"),
        ("r@main:a.json", "https://h.example/b", "https://h.example/b", "https://h.example"),
    ):
        found = place(start).join(reference)
        assert (str(found), found.top) == (expected, top)


def test_a_document_cannot_name_files_of_this_machine() -> None:
    for start, reference in (
        ("https://h.example/a.json", "file:///etc/hostname"),
        ("https://h.example/a.json", "https://[::1"),
        ("a.json", "/etc/hostname"),
    ):
        with pytest.raises(CannotRunError, match="neither a relative path nor an http"):
            place(start).join(reference)


def test_an_unsafe_address_is_refused_without_printing_it() -> None:
    for text, said in (
        ("http://[::1", "is not a URL: Invalid"),
        ("http:///a.json", "is not a URL: it names no host"),
        ("https://me:hidden@h.example/r.git@main:a.json", "holds a user name or password"),
    ):
        expected = rf"\Athe address to read from {said}.*\Z"
        with pytest.raises(CannotRunError, match=expected) as caught:
            place(text)
        assert "hidden" not in str(caught.value)
        assert isinstance(caught.value.__cause__, ValueError) == ("Invalid" in said)


def test_a_url_and_a_file_whose_name_looks_like_a_revision_are_read(
    serve: Serve, tmp_path: Path
) -> None:
    base = serve({"/a.json": (200, b"{}", None)})
    assert place(f"{base}/a.json").read() == b"{}"
    path = tmp_path / "a@b:c.json"
    path.write_text("[]")
    assert place(str(path)) == FilePlace(path)
    assert place(str(path)).read() == b"[]"


def test_a_file_that_cannot_be_read_is_one_line() -> None:
    for name, why in (("none.json", "No such file or directory"), ("a\0b", "embedded null byte")):
        with pytest.raises(CannotRunError, match=rf"\Acannot read .*: {why}\Z") as caught:
            FilePlace(Path(name)).read()
        assert isinstance(caught.value.__cause__, OSError | ValueError)


def test_a_revision_is_read_from_a_folder_and_from_what_git_can_fetch(repository: Path) -> None:
    main, first = (GitPlace(str(repository), each, "").commit() for each in ("main", "main~1"))
    assert {len(main), len(first)} == {40}
    assert main != first
    for name in (str(repository), repository.as_uri()):
        # The commit of an annotated tag is the one that it is on.
        for revision, content, commit in (("main", b"2", main), ("cat", b"1", first)):
            start = place(f"{name}@{revision}:apps/a.json")
            assert isinstance(start, GitPlace)
            assert (start.read(), start.commit()) == (content, commit)


def test_a_missing_part_of_a_revision_is_named_in_one_line(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository.parent / "plain").mkdir()
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.parent))
    monkeypatch.chdir(repository)
    for where, said in (
        ("{}@none:apps/a.json", "{} has no revision 'none': is it spelled right, and fetched"),
        ("{}@main:../a.json", "there is no file '../a.json' in that revision"),
        ("{}@--upload-pack=x:a.json", "cannot start with a dash"),
        ("{}/none@main:a.json", "there is no repository at {}/none"),
        ("{}/../plain@main:a.json", "plain is not a git repository"),
        (".@none:apps/a.json", "this folder has no revision 'none'"),
        ("file://{}/none@main:a.json", "fatal: '{}/none' does not appear to be a git repository"),
        ("file://{}@main:none.json", "there is no file 'none.json' in that revision"),
    ):
        with pytest.raises(CannotRunError) as caught:
            place(where.replace("{}", str(repository))).read()
        assert said.replace("{}", str(repository)) in str(caught.value)
        assert isinstance(caught.value, MissingDocumentError) is said.endswith("in that revision")
        assert "\n" not in str(caught.value)


def test_git_has_bounded_time_asks_for_no_password_and_speaks_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failed = subprocess.CompletedProcess([], 1, b"", b"a hint \xff\nfatal: no \xff")
    for repository, outcome, seconds, why in (
        (".", subprocess.TimeoutExpired([], 1), [30.0], ".* timed out after 1 seconds"),
        (".", FileNotFoundError("no git"), [30.0], "no git"),
        ("https://h.example/r", failed, [30.0, 300.0], "fatal: no \N{REPLACEMENT CHARACTER}"),
    ):
        done = subprocess.CompletedProcess([], 0, b"", b"")
        run = Mock(side_effect=[*[done] * (len(seconds) - 1), outcome])
        monkeypatch.setattr(subprocess, "run", run)
        where = GitPlace(repository, "main", "a.json")
        with pytest.raises(CannotRunError, match=rf"\Acannot read {where}: {why}\Z") as caught:
            where.read()
        assert caught.value.__cause__ is (outcome if outcome is not failed else None)
        assert [call.kwargs["timeout"] for call in run.call_args_list] == seconds
        environment = run.call_args.kwargs["env"]
        assert (environment["GIT_TERMINAL_PROMPT"], environment["LC_ALL"]) == ("0", "C")
