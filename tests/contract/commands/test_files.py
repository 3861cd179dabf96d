"""Files and folders are replaced completely, or stay unchanged."""

import os
from pathlib import Path

import pytest

from scripts.files import write_all, write_whole


def tree(folder: Path) -> dict[str, str]:
    """Read all files below a folder, including hidden ones."""
    paths = (path for path in folder.rglob("*") if not path.is_dir())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def test_a_file_is_replaced_completely_and_readable_by_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.json"
    for data in (b"1", b"2"):
        write_whole(path, data)
    assert tree(tmp_path) == {"new/folder/a.json": "2"}
    assert path.stat().st_mode & 0o777 == 0o644
    with pytest.raises(OSError, match=r"a\.json"):  # all or nothing
        write_all({tmp_path / "b": b"3", path / "c": b"3"})
    assert tree(tmp_path) == {"new/folder/a.json": "2"}


def test_a_link_stays_one_and_a_pipe_gets_the_data(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("file")
    for data in (b"1", b"2"):
        write_whole(tmp_path / "link", data)
        assert (tmp_path / "link").is_symlink()
        assert (tmp_path / "file").read_bytes() == data
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    write_whole(tmp_path / "pipe", b"3")
    assert os.read(reader, 9) == b"3"
    assert (tmp_path / "pipe").is_fifo()
    os.close(reader)
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, b"4")


@pytest.mark.parametrize(("step", "last"), [("replace", "new"), ("unlink", "c")])
def test_ctrl_c_at_any_step_restores_what_was_replaced_deleted_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, last: str
) -> None:
    write_all({tmp_path / name: b"1" for name in ("a", "gone/b", "gone/c")})
    before, known = tree(tmp_path), getattr(Path, step)

    def interrupted(path: Path, *to: Path, **options: bool) -> None:
        known(path, *to, **options)
        if path.name.lstrip(".").partition(".")[0] == last:  # a temporary file has more
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, step, interrupted)
    gone = [tmp_path / "gone/b", tmp_path / "gone/c"]
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "a": b"2", tmp_path / "new": b"2"}, gone)
    assert tree(tmp_path) == before


def test_a_folder_that_would_be_left_empty_is_deleted_with_its_compiled_files(
    tmp_path: Path,
) -> None:
    names = ("gone/a.py", "gone/__pycache__/a.pyc", "kept/a.py", "kept/b.py")
    write_all({tmp_path / name: b"1" for name in names})
    write_all({}, [tmp_path / "gone/a.py", tmp_path / "kept/a.py"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept"]
    assert tree(tmp_path) == {"kept/b.py": "1"}
