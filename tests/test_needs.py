"""Without a program that a test needs, it is skipped, with what to install."""

from pathlib import Path

import pytest

from tests import needs


def test_without_a_program_a_test_is_skipped_and_on_ci_it_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^a is not installed \(apt-get install p\)$"):
        needs.program("p", "a", "b")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"^a is missing: \.ci/run installs it$"):
        needs.program("p", "a", "b")
    (tmp_path / "b").touch(0o755)
    assert needs.program("p", "a", "b") == str(tmp_path / "b")
