"""Each kind of bug, by an example."""

import ast
import re
from pathlib import Path

import pytest

from scripts.mutation import kinds
from scripts.mutation.kinds import PythonSource, edits

TRIED = "try: x()\nexcept"
BUGS = [
    ("branch never taken", "if found:\n    x()", "if False:\n    x()"),
    ("branch never taken", "while left:\n    x()", "while False:\n    x()"),
    ("swapped branch", "if a or b:\n    x()", "if not (a or b):\n    x()"),
    ("swapped branch", "a if found else b", "a if not found else b"),
    ("lost filter", "[a for a in b if a]", "[a for a in b if True]"),
    ("swapped and, or", "a and b == c", "a or (b == c)"),
    ("swapped and, or", "a or b", "a and b"),
    ("lost part of a condition", "a and b(1)", "a"),
    ("lost part of a condition", "a or b or c", "a or c"),
    ("changed comparison", "a < b + 1", "a <= (b + 1)"),
    ("changed comparison", "(a or b) is None", "(a or b) is not None"),
    ("changed comparison", "a not in b", "a in b"),
    ("lost not", "not found", "found"),
    ("flipped boolean", "x(strict=True)", "x(strict=False)"),
    ("off by one", "found[0]", "found[1]"),
    ("off by one", "wait(0.0)", "wait(1.0)"),
    ("wrong unit", "LIMIT = 30.5", "LIMIT = 30500.0"),
    ("wrong unit", "sleep(self.delay)", "sleep((self.delay * 1000))"),
    ("wrong unit", "x(after=delay)", "x(after=(delay * 1000))"),
    ("wrong unit", "now > deadline", "now > (deadline * 1000)"),
    ("lost factor", "took = seconds * 1000", "took = seconds"),
    ("wrong sign", "a + b - c", "(a + b) + c"),
    ("wrong sign", "a + b", "a - b"),
    ("lost limit", "body[:length]", "body[:]"),
    ("lost option", "x(a, timeout=b, strict=c)", "x(a, strict=c)"),
    ("lost option", "x(a, timeout=b, strict=c)", "x(a, timeout=b)"),
    ("lost option", "x(**options)", "x()"),
    ("lost option", "x(\n    é,  # a comment\n    b=1,\n)", "x(\n    é,\n)"),
    ("swapped function", "min(a, b)", "max(a, b)"),
    ("swapped function", "all(a)", "any(a)"),
    ("lost call", "file.flush()", "pass"),
    ("lost call", "await lock.acquire()", "pass"),
    ("lost change of state", "self.free += 1", "pass"),
    ("lost change of state", "a = b.c = 1", "pass"),
    ("lost change of state", "del running[key]", "pass"),
    ("returns None", "def x():\n    return a", "def x():\n    return None"),
    ("returns None", "def x():\n    return 'a'", "def x():\n    return None"),
    ("lost raise", "raise Error(a)", "pass"),
    ("lost cause", "raise Error(a) from error", "raise Error(a)"),
    ("error not handled", "try: x()\nexcept E:\n    y()\n    z()", f"{TRIED} E:\n    raise"),
    ("error not caught", "try: x()\nexcept (A, B): raise", "try: x()\nexcept (B): raise"),
    ("lost with", "with lock:\n    x()\n    y()", "if True:\n    x()\n    y()"),
    ("lost with", "with open() as file, lock:\n    x()", "with open() as file:\n    x()"),
    ("loop ends early", "for a in b:\n    continue", "for a in b:\n    break"),
]


def with_bugs(text: str) -> list[tuple[str, str]]:
    source = PythonSource(text)
    return [(kind, source.edited(edit)) for kind, edit in edits(source.tree, source)]


@pytest.mark.parametrize(("kind", "before", "after"), BUGS)
def test_a_kind_of_bug_changes_the_code(kind: str, before: str, after: str) -> None:
    assert (kind, after) in with_bugs(before)
    ast.parse(after)


def test_every_kind_has_an_example() -> None:
    written = re.findall(r'yield "(.+?)"', Path(kinds.__file__).read_text("utf-8"))
    assert {kind for kind, *_ in BUGS} == set(written)


@pytest.mark.parametrize(
    ("text", "bugs"),
    [
        ("logger.info('%s', a + 1)", ["pass"]),  # the call, but not the text for the log
        ("a if not b else c", ["a if b else c"]),
        ("try: x = y\nexcept E: raise", ["try: x = y\nexcept E: pass"]),
        ("x = y(0, 0.0, 10)", ["x = y(1, 0.0, 10)", "x = y(0, 1.0, 10)", "x = y(0, 0.0, 10000)"]),
        ("with open() as file: x = y", []),
        ("a < b < c", []),
        # What does not run, or would not run.
        ("'''A docstring: 1, not 2.'''", []),
        ("if TYPE_CHECKING:\n    x(a=1)", []),
        ("def x(a: Literal[1]) -> Literal[2]: ...", []),
        ("@dataclass(frozen=True)\nclass A(B[1]): ...", []),
        ("x = f'{a + 1}'", []),
        ("x = f'{a}' + b", []),
        ("a = 'text' + b", []),
        ("nothing = None", []),
        ("wait(a)[b]", []),
        ("def x():\n    return ''", []),  # in most callers, as false as None
    ],
)
def test_code_has_these_bugs_and_no_others(text: str, bugs: list[str]) -> None:
    assert [after for _, after in with_bugs(text)] == bugs
