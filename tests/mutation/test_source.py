"""Edits of a source."""

import ast

from scripts.mutation.source import PythonSource

TEXT = """\
x(
    é,  # a comment
    b=1,
)
y( c )
"""


def call(source: PythonSource) -> ast.Call:
    (first, _) = source.tree.body
    assert isinstance(first, ast.Expr)
    assert isinstance(first.value, ast.Call)
    return first.value


def test_an_edit_changes_only_its_part_of_the_text() -> None:
    source = PythonSource(TEXT)
    edit = source.replace(call(source).keywords[0].value, "2")
    assert source.edited(edit) == TEXT.replace("1", "2")
    assert source.line(edit.start) == 3


def test_what_is_removed_takes_its_comma_with_it() -> None:
    source = PythonSource(TEXT)
    given = [*call(source).args, *call(source).keywords]
    assert source.edited(source.remove(given, 0)) == TEXT.replace("é,  # a comment\n    ", "")
    assert source.edited(source.remove(given, 1)) == TEXT.replace(",  # a comment\n    b=1", "")


def test_an_operand_is_put_in_parentheses_if_it_may_need_them() -> None:
    source = PythonSource("(a or b) - x.y")
    (sum_,) = source.tree.body
    assert isinstance(sum_, ast.Expr)
    assert isinstance(sum_.value, ast.BinOp)
    assert source.operand(sum_.value.left) == "(a or b)"
    assert source.operand(sum_.value.right) == "x.y"
