"""The kinds of deliberate bugs, as edits of a source.

An edit keeps the formatting of what it does not change, so that a report can show just the change.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Any, NamedTuple

_COMPARED = {"Lt": "<=", "LtE": "<", "Gt": ">=", "GtE": ">", "Eq": "!=", "NotEq": "=="}
_COMPARED |= {"Is": "is not", "IsNot": "is", "In": "not in", "NotIn": "in"}
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_DURATION = re.compile(r"(.*[_.])?(seconds|timeout|deadline|delay|wait|elapsed|age|interval)")
_LOGGING = re.compile(r"_?log(ger)?\.(debug|info|warning|error|exception|critical|log)")
_SMALL = 10  # below, a number counts; from there, one more or less rarely is a bug
_ATOMS = (ast.Attribute, ast.Call, ast.Constant, ast.Name, ast.Subscript)
# Types, and decorators, which mostly register or describe.
_NOT_RUN = {"annotation", "returns", "decorator_list", "type_params", "bases"}


class Edit(NamedTuple):
    """A text to put in place of the bytes from `start` to `end`."""

    start: int
    end: int
    text: str


class PythonSource:
    """A module: its text, its syntax tree, and the place of each node in the text."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self.tree = ast.parse(text)
        lines = map(len, self.data.splitlines(keepends=True))
        self._starts = list(accumulate(lines, initial=0))

    def span(self, node: Any) -> tuple[int, int]:
        first: Any = node
        last: Any = node
        if isinstance(node, ast.withitem):  # the only one of our nodes that does not know its place
            first, last = node.context_expr, node.optional_vars or node.context_expr
        start = self._starts[first.lineno - 1] + first.col_offset
        return start, self._starts[last.end_lineno - 1] + last.end_col_offset

    def text(self, node: Any) -> str:
        start, end = self.span(node)
        return self.data[start:end].decode()

    def operand(self, node: Any) -> str:
        return self.text(node) if isinstance(node, _ATOMS) else f"({self.text(node)})"

    def edited(self, edit: Edit) -> str:
        return (self.data[: edit.start] + edit.text.encode() + self.data[edit.end :]).decode()

    def replace(self, node: Any, text: str) -> Edit:
        return Edit(*self.span(node), text)

    def remove(self, nodes: Sequence[Any], number: int) -> Edit:
        """Return the edit that removes one of several nodes, with its comma."""
        start, end = self.span(nodes[number])
        if number + 1 < len(nodes):
            end = self.span(nodes[number + 1])[0]
        elif number:
            start = self.span(nodes[number - 1])[1]
        return Edit(start, end, "")


def edits(node: ast.AST, source: PythonSource) -> Iterator[tuple[str, Edit]]:
    """Yield all bugs that a piece of code can have: in what runs, but not in texts for a log."""
    if isinstance(node, ast.If) and source.text(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.JoinedStr):  # Python 3.11 does not know the places inside
        return
    if isinstance(node, ast.Call) and _LOGGING.fullmatch(source.text(node.func)):
        return
    for kinds in (_of_conditions, _of_values, _of_calls, _of_statements):
        yield from kinds(node, source)
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in _NOT_RUN:
                yield from edits(child, source)


def _of_conditions(node: Any, source: PythonSource) -> Iterator[tuple[str, Edit]]:
    match node:
        case ast.If() | ast.While():
            yield "branch never taken", source.replace(node.test, "False")
    match node:
        case ast.If(test=ast.UnaryOp(op=ast.Not())) | ast.IfExp(test=ast.UnaryOp(op=ast.Not())):
            pass  # it loses its `not`
        case ast.If() | ast.IfExp():
            yield "swapped branch", source.replace(node.test, f"not {source.operand(node.test)}")
        case ast.comprehension():
            for test in node.ifs:
                yield "lost filter", source.replace(test, "True")
        case ast.BoolOp():
            word, other = (" and ", " or ") if isinstance(node.op, ast.And) else (" or ", " and ")
            parts = [source.operand(each) for each in node.values]
            yield "swapped and, or", source.replace(node, other.join(parts))
            for number in range(len(parts)):
                rest = word.join(parts[:number] + parts[number + 1 :])
                yield "lost part of a condition", source.replace(node, rest)
        case ast.Compare(ops=[op], comparators=[right]):
            sign = _COMPARED[type(op).__name__]
            compared = f"{source.operand(node.left)} {sign} {source.operand(right)}"
            yield "changed comparison", source.replace(node, compared)
        case ast.UnaryOp(op=ast.Not()):
            yield "lost not", source.replace(node, source.operand(node.operand))


def _of_values(node: Any, source: PythonSource) -> Iterator[tuple[str, Edit]]:
    match node:
        case ast.Constant(value=bool()):
            yield "flipped boolean", source.replace(node, repr(not node.value))
        case ast.Constant(value=int() | float() as number):
            if number == 0 or (isinstance(number, int) and number < _SMALL):
                yield "off by one", source.replace(node, repr(number + 1))
            else:
                yield "wrong unit", source.replace(node, repr(number * 1000))
        case ast.BinOp(op=ast.Mult() | ast.Div(), right=ast.Constant()):
            yield "lost factor", source.replace(node, source.operand(node.left))
        # A text or a list has no minus: any test would fail.
        case ast.BinOp(op=ast.Add() | ast.Sub()) if not _is_text(node.left, node.right):
            sign = "-" if isinstance(node.op, ast.Add) else "+"
            changed = f"{source.operand(node.left)} {sign} {source.operand(node.right)}"
            yield "wrong sign", source.replace(node, changed)
        case ast.Slice(upper=ast.AST()):
            yield "lost limit", source.replace(node.upper, "")
    if isinstance(node, ast.BinOp | ast.Compare | ast.Call):  # milliseconds instead of seconds
        called = getattr(node, "func", None)
        for operand in ast.iter_child_nodes(node):
            value = operand.value if isinstance(operand, ast.keyword) else operand
            is_name = isinstance(value, ast.Name | ast.Attribute) and value is not called
            if is_name and _DURATION.fullmatch(source.text(value)):
                yield "wrong unit", source.replace(value, f"({source.text(value)} * 1000)")


def _is_text(*nodes: Any) -> bool:
    return any(
        isinstance(each, ast.JoinedStr | ast.List)
        or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
        for each in nodes
    )


def _of_calls(node: Any, source: PythonSource) -> Iterator[tuple[str, Edit]]:
    match node:
        case ast.Call():
            given = sorted([*node.args, *node.keywords], key=source.span)
            for number, one in enumerate(given):
                if isinstance(one, ast.keyword):
                    yield "lost option", source.remove(given, number)
            if isinstance(node.func, ast.Name) and node.func.id in _SWAPPED:
                yield "swapped function", source.replace(node.func, _SWAPPED[node.func.id])
        case ast.Expr(value=ast.Call() | ast.Await(value=ast.Call())):
            yield "lost call", source.replace(node, "pass")
        case ast.With() | ast.AsyncWith():  # locks, limits and the like
            for number, item in enumerate(node.items):
                if item.optional_vars is not None:  # needed to run at all
                    continue
                edit = source.remove(node.items, number)
                if len(node.items) == 1:
                    start, body = source.span(node)[0], source.span(node.body[0])[0]
                    edit = Edit(start, body, f"if True:\n{' ' * node.body[0].col_offset}")
                yield "lost with", edit


def _of_statements(node: Any, source: PythonSource) -> Iterator[tuple[str, Edit]]:
    match node:
        case ast.Assign() | ast.AugAssign() | ast.Delete():
            targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
            if any(isinstance(each, ast.Attribute | ast.Subscript) for each in targets):
                yield "lost change of state", source.replace(node, "pass")
        case ast.Return(value=ast.AST() as value):
            # In most callers, None is as false as a constant that is.
            if not isinstance(value, ast.Constant) or value.value:
                yield "returns None", source.replace(value, "None")
        case ast.Raise():
            yield "lost raise", source.replace(node, "pass")
            if node.cause:
                yield "lost cause", source.remove([node.exc, node.cause], 1)
        case ast.ExceptHandler():
            if not isinstance(node.body[0], ast.Raise):
                start, end = source.span(node.body[0])[0], source.span(node.body[-1])[1]
                yield "error not handled", Edit(start, end, "raise")
            if isinstance(node.type, ast.Tuple):
                for number in range(len(node.type.elts)):
                    yield "error not caught", source.remove(node.type.elts, number)
        case ast.Continue():
            yield "loop ends early", source.replace(node, "break")
