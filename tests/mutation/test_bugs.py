"""The choice of bugs."""

from pathlib import Path

import pytest

from scripts.contract.errors import CannotRunError
from scripts.mutation.bugs import (
    EQUIVALENTS,
    Bug,
    Equivalents,
    bugs_of,
    changed_lines,
    code_files,
    sample,
)
from tests.mutation.project import commit

ROOT = Path(__file__).parents[2]
PACE = "facade/pace.py"


def names(functions: list[list[Bug]]) -> list[str]:
    return [function[0].function for function in functions]


def change(project: Path, old: str, new: str) -> None:
    path = project / PACE
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_functions_methods_and_values_of_a_module_can_have_bugs(project: Path) -> None:
    assert names(bugs_of(project, PACE)) == ["LIMIT", "allowed", "Pace.turns", "Pace.unused"]


def test_a_bug_says_where_it_is_and_what_it_changes(project: Path) -> None:
    bug = bugs_of(project, PACE)[0][0]
    assert str(bug) == "facade/pace.py:3 LIMIT: wrong unit: 10 -> 10000"
    assert "LIMIT = 10000\n" in bug.text


def test_the_id_of_a_bug_stays_when_other_code_changes(project: Path) -> None:
    before = [bug.id for bug in bugs_of(project, PACE)[1]]
    change(project, "LIMIT = 10", "LIMIT = 20\nNEW = 1\n")
    assert [bug.id for bug in bugs_of(project, PACE)[2]] == before
    every = [bug.id for function in bugs_of(project, PACE) for bug in function]
    assert len(every) == len(set(every))


def test_no_function_gets_a_second_bug_before_each_has_one(project: Path) -> None:
    functions = bugs_of(project, PACE)
    drawn = sample(functions, 6, "seed")
    assert {bug.function for bug in drawn[:4]} == set(names(functions))
    assert len({bug.id for bug in drawn}) == 6
    assert sample(functions, 99, "seed")[:6] == drawn


def test_a_seed_chooses_the_same_bugs_whatever_else_there_is(project: Path) -> None:
    functions = bugs_of(project, PACE)
    drawn = sample(functions, 4, "seed")
    assert sample(functions[::-1], 4, "seed") == drawn
    assert [bug for bug in drawn if bug.function != "LIMIT"] == sample(functions[1:], 3, "seed")
    others = [sample(functions, 4, str(number)) for number in range(9)]
    assert any(each != drawn for each in others)


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
    change(project, "turns = []", "turns = []\n")
    change(project, 'end=""', 'end="."')
    (project / "facade/new.py").write_text("A = 1\n")
    changed = changed_lines(project, "HEAD")
    assert names(bugs_of(project, PACE, changed[PACE])) == ["Pace.turns", "Pace.unused"]
    assert names(bugs_of(project, "facade/new.py", changed["facade/new.py"])) == ["A"]
    commit(project)
    assert changed_lines(project, "HEAD") == {}
    assert changed_lines(project, "HEAD~1").keys() == {PACE, "facade/new.py"}


def test_a_function_is_changed_when_a_line_is_deleted_from_it(project: Path) -> None:
    change(project, "        turns = []\n", "")
    changed = changed_lines(project, "HEAD")
    assert names(bugs_of(project, PACE, changed[PACE])) == ["Pace.turns"]


def test_a_revision_that_does_not_exist_is_an_error(project: Path) -> None:
    with pytest.raises(CannotRunError, match="git diff: "):
        changed_lines(project, "nowhere")


def test_generated_code_and_ignored_files_get_no_bugs(project: Path) -> None:
    for name in ("facade/_sync/a.py", "facade/_core/operations.py", "facade/ignored.py"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("A = 1\n")
    (project / ".gitignore").write_text("ignored.py\n")
    assert code_files(project) == [PACE]
    assert code_files(project, ["scripts"]) == []


def test_an_equivalent_bug_is_known_by_its_function_and_change(project: Path) -> None:
    entry = "- {file: facade/pace.py, function: LIMIT, change: 10 -> 10000, because: unused}\n"
    (project / EQUIVALENTS).write_text(entry)
    limit, allowed, *_ = bugs_of(project, PACE)
    assert limit[0] in Equivalents.read(project)
    assert allowed[0] not in Equivalents.read(project)
    (project / EQUIVALENTS).write_text(entry.replace("because", "why"))
    with pytest.raises(CannotRunError, match=f"{EQUIVALENTS}: an entry has no 'because'"):
        Equivalents.read(project)


def test_every_equivalent_is_a_possible_bug_with_a_reason() -> None:
    reasons = Equivalents.read(ROOT).reasons
    possible = {
        (bug.file, bug.function, bug.change)
        for file in {file for file, *_ in reasons}
        for function in bugs_of(ROOT, file)
        for bug in function
    }
    assert reasons.keys() - possible == set()
    assert all(reasons.values())
