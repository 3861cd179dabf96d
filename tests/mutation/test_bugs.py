"""The choice of bugs."""

from pathlib import Path

import pytest

from scripts.errors import CannotRunError
from scripts.mutation.bugs import (
    EQUIVALENTS,
    Bug,
    bugs_of,
    changed_lines,
    code_files,
    equivalents,
    last_commit,
    sample,
)
from tests.mutation.conftest import commit, git

ROOT = Path(__file__).parents[2]
PACE = "facade/pace.py"


def names(functions: list[list[Bug]]) -> list[str]:
    return [function[0].function for function in functions]


def change(project: Path, old: str, new: str) -> None:
    path = project / PACE
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_functions_methods_and_values_have_bugs_that_say_where_they_are(project: Path) -> None:
    functions = bugs_of(project, PACE)
    assert names(functions) == ["LIMIT", "allowed", "Pace.turns", "Pace.unused"]
    assert str(functions[0][0]) == "facade/pace.py:3 LIMIT: wrong unit: 10 -> 10000"
    assert "LIMIT = 10000\n" in functions[0][0].text
    change(project, "LIMIT = 10", f"LIMIT: int = x(a{'a' * 99}=1)")
    bug, *_ = bugs_of(project, PACE)[0]
    assert bug.function == "LIMIT"
    assert str(bug).endswith("aaa...")


def test_the_id_of_a_bug_is_its_own_and_stays_when_other_code_changes(project: Path) -> None:
    change(project, "number < LIMIT", "x(1, 1) if number < LIMIT else 1")
    before = [bug.id for bug in bugs_of(project, PACE)[1]]
    change(project, "LIMIT = 10", "LIMIT = 20\nNEW = 1\n")
    assert [bug.id for bug in bugs_of(project, PACE)[2]] == before
    every = [bug.id for function in bugs_of(project, PACE) for bug in function]
    assert len(every) == len(set(every))


def test_a_seed_chooses_one_bug_a_function_first_whatever_else_there_is(project: Path) -> None:
    functions = bugs_of(project, PACE)
    drawn = sample(functions, 4, "seed")
    assert {bug.function for bug in drawn} == set(names(functions))
    assert sample(functions[::-1], 4, "seed") == drawn
    assert [bug for bug in drawn if bug.function != "LIMIT"] == sample(functions[1:], 3, "seed")
    assert sample(functions, 99, "seed")[:4] == drawn
    others = [sample(functions, 4, str(number)) for number in range(9)]
    assert len({each[0].function for each in others}) > 1
    assert len({bug.id for each in others for bug in each if bug.function == "Pace.turns"}) > 1


def test_every_kind_in_a_function_comes_before_a_second_bug_of_a_kind(project: Path) -> None:
    change(project, "number < LIMIT", "number < LIMIT and number < 99 and number > 1")
    kinds = [bug.kind for bug in sample(bugs_of(project, PACE)[1:2], 5, "seed")]
    assert len(set(kinds)) == 5
    assert "returns None" not in kinds


def test_a_bug_that_is_no_python_is_not_chosen(project: Path) -> None:
    change(project, "return number < LIMIT", "return dict(\n        a=number,\n    )")
    kinds = {bug.kind for bug in sample(bugs_of(project, PACE)[1:2], 9, "seed")}
    assert kinds == {"returns None"}


def test_changed_functions_are_those_with_a_line_that_differs(project: Path) -> None:
    git(project, "config", "color.ui", "always")
    change(project, "        turns = []\n", "")  # between two lines
    change(project, 'end=""', 'end="."')
    (project / "facade/new.py").write_text("A = 1\n")
    changed = changed_lines(project, "HEAD")
    assert names(bugs_of(project, PACE, changed[PACE])) == ["Pace.turns", "Pace.unused"]
    assert names(bugs_of(project, "facade/new.py", changed["facade/new.py"])) == ["A"]
    commit(project)
    assert changed_lines(project, "HEAD") == changed_lines(project, last_commit(project)) == {}
    assert changed_lines(project, "HEAD~1").keys() == {PACE, "facade/new.py"}
    change(project, "LIMIT = 10\n", "LIMIT = 1\n# two\n# lines\n")
    assert changed_lines(project, "HEAD")[PACE] == {3, 4, 5}
    with pytest.raises(CannotRunError, match="nowhere"):
        changed_lines(project, "nowhere")


def test_generated_code_and_ignored_or_deleted_files_get_no_bugs(project: Path) -> None:
    (project / "tests/facade/test_turns.py").rename(project / "facade/turns.py")
    commit(project)
    (project / "facade/turns.py").unlink()
    for name in ("_sync/a.py", "_core/operations.py", "ignored.py", "new.txt"):
        (project / "facade" / name).parent.mkdir(exist_ok=True)
        (project / "facade" / name).write_text("A = 1\n")
    (project / ".gitignore").write_text("ignored.py\n")
    assert code_files(project) == [PACE]
    assert code_files(project, ["scripts"]) == []


def test_an_equivalent_bug_has_a_reason(project: Path) -> None:
    assert equivalents(project) == {}
    (project / EQUIVALENTS).write_text("facade/pace.py: {LIMIT: {10 -> 10000: unused}}\n")
    assert equivalents(project) == {(PACE, "LIMIT", "10 -> 10000"): "unused"}


def test_every_equivalent_of_this_project_is_a_possible_bug() -> None:
    reasons = equivalents(ROOT)
    functions = [each for file in {file for file, *_ in reasons} for each in bugs_of(ROOT, file)]
    possible = {(bug.file, bug.function, bug.change) for bugs in functions for bug in bugs}
    assert reasons.keys() - possible == set()
    assert all(reasons.values())
