"""The tests that should fail for a bug."""

from pathlib import Path

import pytest

from scripts.mutation.suites import Suites


def suites(root: Path, files: dict[str, str]) -> Suites:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return Suites(root)


@pytest.mark.parametrize(
    ("module", "mirror"),
    [
        ("facade/pace.py", "tests/facade/test_pace.py"),
        ("facade/bulk/_async/many.py", "tests/facade/bulk/test_many.py"),
        ("facade/cli/commands/list.py", "tests/facade/cli/test_list.py"),
        ("hatch_build.py", "tests/test_hatch_build.py"),
        ("facade/cli/__main__.py", "tests/facade/cli/test_main.py"),
        ("scripts/drift.py", "tests/contract/commands/test_drift.py"),
        ("scripts/diff/rules.py", "tests/diff/test_rules.py"),
    ],
)
def test_a_module_has_a_test_file_of_its_name(tmp_path: Path, module: str, mirror: str) -> None:
    assert suites(tmp_path, {mirror: ""}).mirror(module) == mirror
    assert suites(tmp_path, {}).mirror("facade/other.py") is None


def test_other_tests_are_those_that_import_the_module_in_fewest_steps(tmp_path: Path) -> None:
    found = suites(
        tmp_path,
        {
            "facade/_async/a.py": "",
            "facade/_sync/a.py": "",
            "facade/b.py": "from facade._sync import a",
            "facade/lazy/c.py": "from facade.b import x",
            "facade/eager/__init__.py": "from facade.b import x",
            "facade/eager/d.py": "from facade.b import x",
            "facade/cli.py": "COMMANDS = {'c': 'facade.lazy.c'}",
            "tests/conftest.py": "from facade import cli",
            "tests/test_a.py": "import facade._async.a",  # not the mirror, which is in tests/facade
            "tests/facade/test_a.py": "import facade._async.a",
            "tests/facade/test_b.py": "import facade.b",
            "tests/facade/test_b_of.py": "import facade.b; b.of",
            "tests/facade/test_eager.py": "import facade.eager",
            "tests/facade/test_zoo.py": "import facade.eager.d",
            "tests/test_fixture.py": "",
            "tests/proof/test_slow.py": "import facade._async.a",
        },
    )
    expected = [
        "tests/test_a.py",
        "tests/facade/test_b_of.py",
        "tests/facade/test_b.py",
        "tests/facade/test_eager.py",
        "tests/facade/test_zoo.py",
        "tests/test_fixture.py",
    ]
    assert found.others("facade/_async/a.py", "A.of", 9) == expected
    assert found.others("facade/_async/a.py", "A.of", 2) == expected[:2]
