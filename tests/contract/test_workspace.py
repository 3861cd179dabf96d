"""The copy in which an update is tried, and what it brings back."""

from scripts.contract import workspace
from scripts.contract.generate import Layout


def test_generated_code_that_is_no_longer_generated_goes(project: Layout) -> None:
    with workspace.copy_of(project.root) as tried:
        (tried.folder / "generated_client/errors.py").unlink()
        tried.bring_back()
    assert not (project.package / "errors.py").exists()


def test_generated_code_in_a_copy_is_what_is_here(project: Layout) -> None:
    (project.package / "__pycache__").mkdir()
    (project.package / "__pycache__/x.pyc").touch()
    with workspace.copy_of(project.root) as tried:
        assert tried.changed() == []
