"""A Griffe extension: signatures show the values of constants and aliases, methods an example.

A name that no public module exports is replaced by its value, because a reader of the reference
cannot look it up.
"""

import re
from ast import literal_eval
from collections.abc import Callable
from copy import copy
from dataclasses import fields
from pathlib import Path
from typing import Any

import griffe

_METHODS = Path(__file__).parents[2] / "docs/guide/methods.md"
_EXAMPLE = re.compile(r"^### `(\w+)\.(\w+)`\n\n(```python\n.*?\n```)$", re.MULTILINE | re.DOTALL)
_LONGEST_DEFAULT = 60  # characters; a longer one is shown by its name


class Signatures(griffe.Extension):
    """Replaces names in the signatures of the facade's functions and attributes."""

    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **_: Any) -> None:
        if pkg.name == "facade":
            _Inliner(loader, _exported(pkg)).visit(pkg)


def _exported(module: griffe.Module) -> set[str]:
    names = {str(name) for name in module.exports or ()}
    return names.union(*(_exported(inner) for inner in module.modules.values()))


class _Inliner:
    def __init__(self, loader: griffe.GriffeLoader, exported: set[str]) -> None:
        self._loader = loader
        self._exported = exported
        examples = _EXAMPLE.findall(_METHODS.read_text())
        self._examples = {(owner, name): code for owner, name, code in examples}

    def visit(self, owner: griffe.Module | griffe.Class) -> None:
        for member in owner.members.values():
            example = self._examples.get((_named(owner), member.name))
            if example and not member.is_alias and member.docstring:
                member.docstring.value += f"\n\n{example}"
            if isinstance(member, griffe.Module | griffe.Class):
                self.visit(member)
            elif isinstance(member, griffe.Attribute):
                found = member.annotation or _assigned(member, owner)
                member.annotation = self._inlined(found)
            elif isinstance(member, griffe.Function):
                for parameter in member.parameters:
                    parameter.default = self._default(parameter.default)
                    parameter.annotation = self._inlined(parameter.annotation)
                member.returns = self._inlined(member.returns)

    def _default(self, default: Any) -> Any:
        value = self._value(default) if isinstance(default, griffe.ExprName) else None
        return value if value is not None and len(str(value)) <= _LONGEST_DEFAULT else default

    def _inlined(self, expression: Any) -> Any:
        if isinstance(expression, griffe.ExprName):
            value = None if expression.name in self._exported else self._value(expression)
            return expression if value is None else self._inlined(value)
        if isinstance(expression, griffe.ExprSubscript):
            value = self._value(expression.left)
            if value is not None:  # an alias of one type variable
                return self._inlined(_replaced(value, "Item", expression.slice))
        return _changed(expression, self._inlined)

    def _value(self, name: Any) -> Any:
        """Return the value assigned to a name of the facade; None for any other name."""
        try:
            found = self._loader.modules_collection[name.canonical_path]
        except (KeyError, griffe.GriffeError):
            return None
        is_ours = found.is_attribute and found.path.startswith("facade.")
        return found.value if is_ours and "TypeVar(" not in str(found.value) else None


def _named(owner: griffe.Module | griffe.Class) -> str:
    """Return what examples call an object of a class; of a module, its package in the facade."""
    if owner.is_class:
        return "client" if owner.name == "AssociationsClient" else owner.name.lower()
    return "".join(owner.path.split(".")[1:2])


def _assigned(attribute: griffe.Attribute, owner: griffe.Module | griffe.Class) -> Any:
    """Return the type of an attribute that `__init__` sets to a parameter or a literal."""
    init = owner.members.get("__init__")
    if not isinstance(init, griffe.Function):
        return None
    if isinstance(attribute.value, griffe.ExprName):
        named = [each for each in init.parameters if each.name == attribute.value.name]
        return named[0].annotation if named else None
    try:
        return type(literal_eval(str(attribute.value))).__name__
    except ValueError:
        return None


def _replaced(expression: Any, name: str, value: Any) -> Any:
    if isinstance(expression, griffe.ExprName):
        return value if expression.name == name else expression
    return _changed(expression, lambda inner: _replaced(inner, name, value))


def _changed(expression: Any, change: Callable[[Any], Any]) -> Any:
    """Return an expression, or several, with all that is inside changed."""
    if isinstance(expression, list):
        return [change(each) for each in expression]
    if not isinstance(expression, griffe.Expr):
        return expression
    changed = copy(expression)
    for each in fields(expression):
        if each.name != "parent":
            setattr(changed, each.name, change(getattr(expression, each.name)))
    return changed
