"""The kinds of deliberate bugs, as edits of a source text.

A kind is a function, registered for the nodes in which it occurs. All edits keep the formatting of
what they do not change, so that a report can show just the change.
"""

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

_COMPARED: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
}
_SWAPPED = {"min": "max", "max": "min", "any": "all", "all": "any", "sorted": "list"}
_DURATION = re.compile(r"(.*[_.])?(seconds|timeout|deadline|delay|wait|elapsed|age|interval)")
_LOGGING = re.compile(r"_?log(ger)?\.(debug|info|warning|error|exception|critical|log)")
_ATOMS = (ast.Attribute, ast.Call, ast.Constant, ast.Name, ast.Subscript)
_SMALL = 10  # below, a number counts; from there, one more or less rarely is a bug
# Types, and decorators, which mostly register or describe.
_NOT_RUN = {"annotation", "returns", "decorator_list", "type_params", "bases"}


@dataclass(frozen=True)
class Edit:
    """A bug: a text to put in place of the bytes from `start` to `end`."""

    kind: str
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
        """Return where a node starts and ends, in bytes."""
        first = last = node
        if isinstance(node, ast.withitem):  # the only one of our nodes that does not know its place
            first, last = node.context_expr, node.optional_vars or node.context_expr
        return (
            self._starts[first.lineno - 1] + first.col_offset,
            self._starts[last.end_lineno - 1] + last.end_col_offset,
        )

    def line(self, offset: int) -> int:
        """Return the number of the line with a byte."""
        return self.data.count(b"\n", 0, offset) + 1

    def text(self, node: Any) -> str:
        """Return the text of a node."""
        start, end = self.span(node)
        return self.data[start:end].decode()

    def operand(self, node: Any) -> str:
        """Return the text of a node, in parentheses unless it never needs them."""
        return self.text(node) if isinstance(node, _ATOMS) else f"({self.text(node)})"

    def edited(self, edit: Edit) -> str:
        """Return the whole text with a bug."""
        return (self.data[: edit.start] + edit.text.encode() + self.data[edit.end :]).decode()

    def replace(self, kind: str, node: Any, text: str) -> Edit:
        """Return the edit that replaces a node."""
        return Edit(kind, *self.span(node), text)

    def remove(self, kind: str, nodes: Sequence[Any], number: int) -> Edit:
        """Return the edit that removes one of several nodes, with its comma."""
        start, end = self.span(nodes[number])
        if number + 1 < len(nodes):
            end = self.span(nodes[number + 1])[0]
        elif number:
            start = self.span(nodes[number - 1])[1]
        return Edit(kind, start, end, "")


Kind = Callable[[Any, PythonSource], Iterator[Edit]]
_KINDS: dict[type[ast.AST], list[Kind]] = {}


def edits(node: ast.AST, source: PythonSource) -> Iterator[Edit]:
    """Yield all bugs that a piece of code can have: in what runs, but not in texts for a log."""
    if isinstance(node, ast.If) and source.text(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.JoinedStr):  # Python 3.11 does not know the places inside
        return
    if isinstance(node, ast.Call) and _LOGGING.fullmatch(source.text(node.func)):
        return
    for kind in _KINDS.get(type(node), []):
        yield from kind(node, source)
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in _NOT_RUN:
                yield from edits(child, source)


def _occurs_in(*types: type[ast.AST]) -> Callable[[Kind], Kind]:
    def register(kind: Kind) -> Kind:
        for each in types:
            _KINDS.setdefault(each, []).append(kind)
        return kind

    return register


@_occurs_in(ast.If, ast.While, ast.IfExp)
def _branch(node: Any, source: PythonSource) -> Iterator[Edit]:
    if not isinstance(node, ast.IfExp):
        yield source.replace("branch never taken", node.test, "False")
    is_negated = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
    if not isinstance(node, ast.While) and not is_negated:  # that is a lost `not`
        yield source.replace("swapped branch", node.test, f"not {source.operand(node.test)}")


@_occurs_in(ast.comprehension)
def _filter(node: ast.comprehension, source: PythonSource) -> Iterator[Edit]:
    for test in node.ifs:
        yield source.replace("lost filter", test, "True")


@_occurs_in(ast.BoolOp)
def _condition(node: ast.BoolOp, source: PythonSource) -> Iterator[Edit]:
    word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    parts = [source.operand(value) for value in node.values]
    yield source.replace(f"{other} for {word}", node, f" {other} ".join(parts))
    for number in range(len(parts)):
        rest = parts[:number] + parts[number + 1 :]
        yield source.replace("lost part of a condition", node, f" {word} ".join(rest))


@_occurs_in(ast.Compare)
def _comparison(node: ast.Compare, source: PythonSource) -> Iterator[Edit]:
    if len(node.ops) == 1:
        left, right = source.operand(node.left), source.operand(node.comparators[0])
        text = f"{left} {_COMPARED[type(node.ops[0])]} {right}"
        yield source.replace("changed comparison", node, text)


@_occurs_in(ast.UnaryOp)
def _negation(node: ast.UnaryOp, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.op, ast.Not):
        yield source.replace("lost not", node, source.operand(node.operand))


@_occurs_in(ast.Constant)
def _constant(node: ast.Constant, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.value, bool):
        yield source.replace("flipped boolean", node, repr(not node.value))
    elif type(node.value) is int and node.value < _SMALL:
        yield source.replace("off by one", node, repr(node.value + 1))
    elif isinstance(node.value, int | float):
        yield source.replace("wrong unit", node, repr(node.value * 1000))


@_occurs_in(ast.BinOp, ast.Compare, ast.Call)
def _unit(node: Any, source: PythonSource) -> Iterator[Edit]:
    """Yield wrong units of durations: milliseconds for seconds, or a factor forgotten."""
    if isinstance(node, ast.BinOp):
        operands = [node.left, node.right]
        factor = node.right.value if isinstance(node.right, ast.Constant) else None
        if isinstance(node.op, ast.Mult | ast.Div) and isinstance(factor, int | float):
            yield source.replace("wrong unit", node, source.operand(node.left))
    elif isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
    else:
        operands = [*node.args, *(each.value for each in node.keywords)]
    for operand in operands:
        text = source.text(operand)
        if isinstance(operand, ast.Name | ast.Attribute) and _DURATION.fullmatch(text):
            yield source.replace("wrong unit", operand, f"({text} * 1000)")


@_occurs_in(ast.BinOp)
def _sign(node: ast.BinOp, source: PythonSource) -> Iterator[Edit]:
    # A text or a list has no minus: any test would fail.
    is_number = not any(
        isinstance(each, ast.JoinedStr | ast.List)
        or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
        for each in (node.left, node.right)
    )
    if isinstance(node.op, ast.Add | ast.Sub) and is_number:
        sign = "-" if isinstance(node.op, ast.Add) else "+"
        text = f"{source.operand(node.left)} {sign} {source.operand(node.right)}"
        yield source.replace("wrong sign", node, text)


@_occurs_in(ast.Slice)
def _limit(node: ast.Slice, source: PythonSource) -> Iterator[Edit]:
    if node.upper is not None:
        yield source.replace("lost limit", node.upper, "")


@_occurs_in(ast.Call)
def _option(node: ast.Call, source: PythonSource) -> Iterator[Edit]:
    given = sorted([*node.args, *node.keywords], key=source.span)
    for number, one in enumerate(given):
        if isinstance(one, ast.keyword):
            yield source.remove("lost option", given, number)


@_occurs_in(ast.Call)
def _function(node: ast.Call, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.func, ast.Name) and node.func.id in _SWAPPED:
        yield source.replace("swapped function", node.func, _SWAPPED[node.func.id])


@_occurs_in(ast.Expr)
def _call(node: ast.Expr, source: PythonSource) -> Iterator[Edit]:
    called = node.value.value if isinstance(node.value, ast.Await) else node.value
    if isinstance(called, ast.Call):
        yield source.replace("lost call", node, "pass")


@_occurs_in(ast.Assign, ast.AugAssign, ast.Delete)
def _state(node: Any, source: PythonSource) -> Iterator[Edit]:
    targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
    if any(isinstance(each, ast.Attribute | ast.Subscript) for each in targets):
        yield source.replace("lost change of state", node, "pass")


@_occurs_in(ast.Return)
def _returned(node: ast.Return, source: PythonSource) -> Iterator[Edit]:
    # In most callers, None is as false as a constant that is.
    if node.value and not (isinstance(node.value, ast.Constant) and not node.value.value):
        yield source.replace("returns None", node.value, "None")


@_occurs_in(ast.Raise)
def _raised(node: ast.Raise, source: PythonSource) -> Iterator[Edit]:
    yield source.replace("lost raise", node, "pass")
    if node.cause:
        yield source.remove("lost cause", [node.exc, node.cause], 1)


@_occurs_in(ast.ExceptHandler)
def _handler(node: ast.ExceptHandler, source: PythonSource) -> Iterator[Edit]:
    if not isinstance(node.body[0], ast.Raise):
        start, end = source.span(node.body[0])[0], source.span(node.body[-1])[1]
        yield Edit("error not handled", start, end, "raise")
    if isinstance(node.type, ast.Tuple):
        for number in range(len(node.type.elts)):
            yield source.remove("error not caught", node.type.elts, number)


@_occurs_in(ast.With, ast.AsyncWith)
def _with(node: Any, source: PythonSource) -> Iterator[Edit]:
    """Yield lost locks, limits and the like; what `as` names is needed to run at all."""
    for number, item in enumerate(node.items):
        if item.optional_vars is None and len(node.items) > 1:
            yield source.remove("lost with", node.items, number)
        elif item.optional_vars is None:
            start, body = source.span(node)[0], source.span(node.body[0])[0]
            indent = " " * node.body[0].col_offset
            yield Edit("lost with", start, body, f"if True:\n{indent}")


@_occurs_in(ast.Continue)
def _loop(node: ast.Continue, source: PythonSource) -> Iterator[Edit]:
    yield source.replace("loop ends early", node, "break")
