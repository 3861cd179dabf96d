"""Blocking and async are the same code, but for async, await and Async."""

import ast
import re
from pathlib import Path

import pytest

FACADE = Path(__file__).parents[1] / "facade"

TWINS = [
    ("associations", "Associations"),
    ("relations", "Relations"),
    ("resource", "Resource"),
    ("client", "AssociationsClient"),
    ("transport", "Transport"),
]

# Async classes that are more than a twin.
MORE = {("pool", "Pool")}  # each event loop has its own connections

# What is called otherwise where it is async; the right-hand side is the blocking word.
WORDS = {
    "asyncio": "sync",
    "aclose": "close",
    "aread": "read",
    "async_sleep": "sleep",
    "async_aside": "aside",
    "handle_async_request": "handle_request",
    "set_async_httpx_client": "set_httpx_client",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "AsyncBaseTransport": "BaseTransport",
}


def shape(module: str, name: str) -> str:
    """Give a class's code without its prose, and without what makes it async."""
    tree = ast.parse((FACADE / f"{module}.py").read_text())
    (found,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    text = ast.unparse(_Plain().visit(found))
    text = re.sub(r"Awaitable\[([^\[\]]+)\]", r"\1", text)
    for word, blocking in WORDS.items():
        text = re.sub(rf"\b{word}\b", blocking, text)
    text = re.sub(r"\bAsync(?=[A-Z])", "", text)
    # `yield from` does not exist in async code; there it is a loop.
    text = re.sub(r"for (\w+) in (.+):\n\s+yield \1\b", r"yield from \2", text)
    return re.sub(r"\s+", " ", text)


class _Plain(ast.NodeTransformer):
    """Take out docstrings, `async` and `await`."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None
        return self.generic_visit(node)

    def visit_Await(self, node: ast.Await) -> ast.AST:
        visited: ast.AST = self.visit(node.value)
        return visited

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        self.generic_visit(node)
        fields = {field: getattr(node, field) for field in node._fields}
        return ast.copy_location(ast.FunctionDef(**fields), node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        self.generic_visit(node)
        return ast.copy_location(ast.For(**{f: getattr(node, f) for f in node._fields}), node)

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        self.generic_visit(node)
        return ast.copy_location(ast.With(**{f: getattr(node, f) for f in node._fields}), node)


@pytest.mark.parametrize(("module", "name"), TWINS)
def test_the_async_twin_differs_only_by_being_async(module: str, name: str) -> None:
    assert shape(module, f"Async{name}") == shape(module, name)


def test_every_async_class_has_a_twin_here() -> None:
    found = {
        (path.stem, node.name.removeprefix("Async"))
        for path in FACADE.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name.startswith("Async")
    }
    assert found == set(TWINS) | MORE
