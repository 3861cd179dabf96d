"""The copy of the project for an update."""

import os
from pathlib import Path

import pytest

from scripts.contract import workspace
from scripts.contract.generate import Layout


def test_a_file_that_is_no_longer_generated_is_deleted(project: Layout) -> None:
    with workspace.copy_of(project.root) as tried:
        (tried.folder / "generated_client/errors.py").unlink()
        tried.bring_back()
    assert not (project.package / "errors.py").exists()


def test_generated_code_in_a_copy_equals_the_project_s(project: Layout) -> None:
    (project.package / "__pycache__").mkdir()
    (project.package / "__pycache__/x.pyc").touch()
    with workspace.copy_of(project.root) as tried:
        assert tried.changed() == []


def test_a_broken_link_is_copied_and_kept(project: Layout, tmp_path: Path) -> None:
    (project.root / "link").symlink_to("nowhere")
    with workspace.copy_of(project.root, tmp_path / "new/kept") as tried:
        tried.keep()
    assert (tmp_path / "new/kept/link").readlink() == Path("nowhere")


def test_a_project_that_cannot_be_copied_is_one_line(project: Layout) -> None:
    os.mkfifo(project.root / "pipe")
    with (
        pytest.raises(OSError, match=r"\Acannot copy \S+/pipe to \S+: .*named pipe\Z"),
        workspace.copy_of(project.root),
    ):
        pass
