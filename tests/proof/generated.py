"""The names in a generated client that a caller uses: functions, arguments, classes, fields."""

import ast
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openapi_python_client
from openapi_python_client.config import Config, ConfigFile, MetaType

Fact = tuple[str, ...]
"""A name that callers use, and its properties."""


class Surface:
    def __init__(self, document: dict[str, Any]) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "openapi.json").write_text(json.dumps(document))
            settings = ConfigFile(post_hooks=[], package_name_override="client")
            config = Config.from_sources(
                settings, MetaType.NONE, folder / "openapi.json", "utf-8", True, folder / "client"
            )
            openapi_python_client.generate(config=config)
            self.facts = set(_facts(folder / "client"))
        self.names = {fact[:-1] for fact in self.facts}


def _facts(package: Path) -> Iterator[Fact]:
    for path in sorted([*package.glob("api/**/*.py"), *package.glob("models/*.py")]):
        module = str(path.relative_to(package).with_suffix(""))
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name == "sync_detailed":
                yield from ((module, *fact) for fact in _arguments(node))
            elif isinstance(node, ast.ClassDef):
                yield from ((module, node.name, *fact) for fact in _members(node))


def _arguments(function: ast.FunctionDef) -> Iterator[Fact]:
    arguments = function.args
    missing = [None] * (len(arguments.args) - len(arguments.defaults))
    defaults = [*missing, *arguments.defaults, *arguments.kw_defaults]
    for argument, default in zip([*arguments.args, *arguments.kwonlyargs], defaults, strict=True):
        yield argument.arg, _written(argument.annotation, default)
    yield "returns", _written(function.returns, None)


def _members(definition: ast.ClassDef) -> Iterator[Fact]:
    yield ("is a class",)
    for node in definition.body:
        if isinstance(node, ast.AnnAssign):
            yield ast.unparse(node.target), _written(node.annotation, node.value)
        elif isinstance(node, ast.Assign):
            yield ast.unparse(node.targets[0]), ast.unparse(node.value)


def _written(annotation: ast.expr | None, default: ast.expr | None) -> str:
    text = "" if annotation is None else ast.unparse(annotation)
    members = sorted(each.strip(" '\"") for each in text.strip("'\"").split("|"))
    return f"{' | '.join(members)} = {'' if default is None else ast.unparse(default)}"
