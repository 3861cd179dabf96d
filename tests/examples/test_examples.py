"""All examples can be copied as one file, and their first comment says how to run them."""

import importlib
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.py"))


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 6


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_short_says_how_to_run_it_and_has_a_test(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) < 120
    assert lines[0].startswith("# Run: pip install ")
    comment = "\n".join(line for line in lines if line.startswith("#"))
    assert f"examples.{path.stem}" in comment
    assert importlib.import_module(f"examples.{path.stem}").__doc__
    tests = "".join(each.read_text(encoding="utf-8") for each in Path(__file__).parent.glob("*.py"))
    assert path.stem in tests
