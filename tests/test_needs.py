"""The end of a run lists the skipped tests, and what to install for them."""

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


def test_the_end_of_a_run_lists_the_skipped_tests_by_reason(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))
    pytester.makeconftest("from tests.conftest import pytest_terminal_summary")
    skip = "import pytest\ndef test_a(): pytest.skip('no x (install x)')\n"
    pytester.makepyfile(test_one=skip, test_two=f"{skip}test_b = test_a\ndef test_c(): pass\n")
    done = pytester.runpytest_subprocess("-q", "-p", "no:cacheprovider")
    done.stdout.fnmatch_lines(
        ["3 not run: no x (install x)", "  test_one.py: 1", "  test_two.py: 2"], consecutive=True
    )
