"""The kinds of deliberate bugs: each is a function that yields edits of a source."""

import ast
import re
from collections.abc import Callable, Iterator
from typing import Any

from scripts.mutation.source import Edit, PythonSource

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
_SMALL = 10  # below, a number counts; from there, one more or less rarely is a bug
# Types, and decorators, which mostly register or describe.
_NOT_RUN = {"annotation", "returns", "decorator_list", "type_params", "bases"}

Maker = Callable[[Any, PythonSource], Iterator[Edit]]
KINDS: list[tuple[str, tuple[type[ast.AST], ...], Maker]] = []
"""The name of each kind, the nodes in which it occurs, and the function that yields its edits."""


def edits(node: ast.AST, source: PythonSource) -> Iterator[tuple[str, Edit]]:
    """Yield all bugs that a piece of code can have: in what runs, but not in texts for a log."""
    if isinstance(node, ast.If) and source.text(node.test) == "TYPE_CHECKING":
        return
    if isinstance(node, ast.JoinedStr):  # Python 3.11 does not know the places inside
        return
    if isinstance(node, ast.Call) and _LOGGING.fullmatch(source.text(node.func)):
        return
    for kind, types, make in KINDS:
        if isinstance(node, types):
            yield from ((kind, edit) for edit in make(node, source))
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in _NOT_RUN:
                yield from edits(child, source)


def _kind(name: str, *types: type[ast.AST]) -> Callable[[Maker], Maker]:
    def register(make: Maker) -> Maker:
        KINDS.append((name, types, make))
        return make

    return register


@_kind("branch never taken", ast.If, ast.While)
def _never(node: Any, source: PythonSource) -> Iterator[Edit]:
    yield source.replace(node.test, "False")


@_kind("swapped branch", ast.If, ast.IfExp)
def _swapped(node: Any, source: PythonSource) -> Iterator[Edit]:
    if not (isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)):
        yield source.replace(node.test, f"not {source.operand(node.test)}")


@_kind("lost filter", ast.comprehension)
def _filter(node: ast.comprehension, source: PythonSource) -> Iterator[Edit]:
    for test in node.ifs:
        yield source.replace(test, "True")


@_kind("swapped and, or", ast.BoolOp)
def _and_or(node: ast.BoolOp, source: PythonSource) -> Iterator[Edit]:
    other = " or " if isinstance(node.op, ast.And) else " and "
    yield source.replace(node, other.join(map(source.operand, node.values)))


@_kind("lost part of a condition", ast.BoolOp)
def _part(node: ast.BoolOp, source: PythonSource) -> Iterator[Edit]:
    word = " and " if isinstance(node.op, ast.And) else " or "
    for one in node.values:
        rest = [source.operand(each) for each in node.values if each is not one]
        yield source.replace(node, word.join(rest))


@_kind("changed comparison", ast.Compare)
def _comparison(node: ast.Compare, source: PythonSource) -> Iterator[Edit]:
    if len(node.ops) == 1:
        left, right = source.operand(node.left), source.operand(node.comparators[0])
        yield source.replace(node, f"{left} {_COMPARED[type(node.ops[0])]} {right}")


@_kind("lost not", ast.UnaryOp)
def _negation(node: ast.UnaryOp, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.op, ast.Not):
        yield source.replace(node, source.operand(node.operand))


@_kind("flipped boolean", ast.Constant)
def _boolean(node: ast.Constant, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.value, bool):
        yield source.replace(node, repr(not node.value))


@_kind("off by one", ast.Constant)
def _count(node: Any, source: PythonSource) -> Iterator[Edit]:
    if type(node.value) in (int, float) and _is_count(node.value):
        yield source.replace(node, repr(node.value + 1))


@_kind("wrong unit", ast.Constant)
def _quantity(node: Any, source: PythonSource) -> Iterator[Edit]:
    if type(node.value) in (int, float) and not _is_count(node.value):
        yield source.replace(node, repr(node.value * 1000))


def _is_count(number: float) -> bool:
    return number == 0 or (isinstance(number, int) and number < _SMALL)


@_kind("wrong unit", ast.BinOp, ast.Compare, ast.Call)
def _duration(node: Any, source: PythonSource) -> Iterator[Edit]:
    """Yield milliseconds where a duration in seconds is used."""
    called = getattr(node, "func", None)
    for operand in ast.iter_child_nodes(node):
        value = operand.value if isinstance(operand, ast.keyword) else operand
        is_name = isinstance(value, ast.Name | ast.Attribute) and value is not called
        if is_name and _DURATION.fullmatch(source.text(value)):
            yield source.replace(value, f"({source.text(value)} * 1000)")


@_kind("lost factor", ast.BinOp)
def _factor(node: ast.BinOp, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.op, ast.Mult | ast.Div) and isinstance(node.right, ast.Constant):
        yield source.replace(node, source.operand(node.left))


@_kind("wrong sign", ast.BinOp)
def _sign(node: ast.BinOp, source: PythonSource) -> Iterator[Edit]:
    # A text or a list has no minus: any test would fail.
    is_number = not any(
        isinstance(each, ast.JoinedStr | ast.List)
        or (isinstance(each, ast.Constant) and isinstance(each.value, str | bytes))
        for each in (node.left, node.right)
    )
    if isinstance(node.op, ast.Add | ast.Sub) and is_number:
        sign = "-" if isinstance(node.op, ast.Add) else "+"
        left, right = source.operand(node.left), source.operand(node.right)
        yield source.replace(node, f"{left} {sign} {right}")


@_kind("lost limit", ast.Slice)
def _limit(node: ast.Slice, source: PythonSource) -> Iterator[Edit]:
    if node.upper is not None:
        yield source.replace(node.upper, "")


@_kind("lost option", ast.Call)
def _option(node: ast.Call, source: PythonSource) -> Iterator[Edit]:
    given = sorted([*node.args, *node.keywords], key=source.span)
    for number, one in enumerate(given):
        if isinstance(one, ast.keyword):
            yield source.remove(given, number)


@_kind("swapped function", ast.Call)
def _function(node: ast.Call, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.func, ast.Name) and node.func.id in _SWAPPED:
        yield source.replace(node.func, _SWAPPED[node.func.id])


@_kind("lost call", ast.Expr)
def _call(node: ast.Expr, source: PythonSource) -> Iterator[Edit]:
    called = node.value.value if isinstance(node.value, ast.Await) else node.value
    if isinstance(called, ast.Call):
        yield source.replace(node, "pass")


@_kind("lost change of state", ast.Assign, ast.AugAssign, ast.Delete)
def _state(node: Any, source: PythonSource) -> Iterator[Edit]:
    targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
    if any(isinstance(each, ast.Attribute | ast.Subscript) for each in targets):
        yield source.replace(node, "pass")


@_kind("returns None", ast.Return)
def _returned(node: ast.Return, source: PythonSource) -> Iterator[Edit]:
    # In most callers, None is as false as a constant that is.
    if node.value and not (isinstance(node.value, ast.Constant) and not node.value.value):
        yield source.replace(node.value, "None")


@_kind("lost raise", ast.Raise)
def _raised(node: ast.Raise, source: PythonSource) -> Iterator[Edit]:
    yield source.replace(node, "pass")


@_kind("lost cause", ast.Raise)
def _cause(node: ast.Raise, source: PythonSource) -> Iterator[Edit]:
    if node.cause:
        yield source.remove([node.exc, node.cause], 1)


@_kind("error not handled", ast.ExceptHandler)
def _handled(node: ast.ExceptHandler, source: PythonSource) -> Iterator[Edit]:
    if not isinstance(node.body[0], ast.Raise):
        yield Edit(source.span(node.body[0])[0], source.span(node.body[-1])[1], "raise")


@_kind("error not caught", ast.ExceptHandler)
def _caught(node: ast.ExceptHandler, source: PythonSource) -> Iterator[Edit]:
    if isinstance(node.type, ast.Tuple):
        for number in range(len(node.type.elts)):
            yield source.remove(node.type.elts, number)


@_kind("lost with", ast.With, ast.AsyncWith)
def _with(node: Any, source: PythonSource) -> Iterator[Edit]:
    """Yield lost locks, limits and the like; what `as` names is needed to run at all."""
    for number, item in enumerate(node.items):
        if item.optional_vars is None and len(node.items) > 1:
            yield source.remove(node.items, number)
        elif item.optional_vars is None:
            indent = " " * node.body[0].col_offset
            start, body = source.span(node)[0], source.span(node.body[0])[0]
            yield Edit(start, body, f"if True:\n{indent}")


@_kind("loop ends early", ast.Continue)
def _loop(node: ast.Continue, source: PythonSource) -> Iterator[Edit]:
    yield source.replace(node, "break")
