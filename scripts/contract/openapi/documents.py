"""Bytes to document and back: JSON or YAML in, one canonical JSON out."""

import json
import re
from typing import Any, NoReturn

import yaml

from scripts.contract.errors import CannotRunError

Document = dict[str, Any]

VERSIONS = ("3.0.", "3.1.")
_DEEPEST = 100  # levels; what works on documents recurses, JSONPath among them


class _Yaml(yaml.CSafeLoader):
    """YAML with JSON's types only: a date stays text, `no` stays text, no key stands twice."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's own way to say which words are typed

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value  # as written: the response key 200 is the text "200"
            if not isinstance(key, str) or key in mapping:
                why = "stands twice" if isinstance(key, str) else "is not text"
                raise yaml.MarkedYAMLError(
                    problem=f"a key {why}: {key!r:.60}", problem_mark=key_node.start_mark
                )
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


for _tag, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?", list("-+0123456789")),
):
    _Yaml.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"(?:{_pattern})\\Z"), _first
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"a key stands twice: {key!r:.60}")
    return dict(pairs)


def _load(text: str, is_yaml: bool) -> Any:
    if is_yaml:
        loaded = yaml.load(text, Loader=_Yaml)  # noqa: S506 - a subclass of the safe loader
    else:
        loaded = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique_keys)
    # Through JSON once: anchors no longer share, a loop is refused, nothing is left that `dump`
    # could not write.
    plain = json.loads(json.dumps(loaded, allow_nan=False, ensure_ascii=False).encode())
    _limit_depth(plain, _DEEPEST)
    return plain


def _limit_depth(node: Any, left: int) -> None:
    if not left:
        raise RecursionError
    for child in (
        node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    ):
        _limit_depth(child, left - 1)


def parse(data: bytes, name: str) -> Any:
    """Read JSON or YAML; `name` says which where it ends in .json or .yaml, and is for errors."""
    try:
        text = data.decode("utf-8-sig")
        is_yaml = name.endswith((".yaml", ".yml")) or not text.lstrip().startswith(("{", "["))
        return _load(text, is_yaml)
    except (ValueError, TypeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise CannotRunError(f"{name} is neither JSON nor YAML: {reason}") from error
    except RecursionError as error:
        raise CannotRunError(f"{name} is nested too deeply to read") from error


def parse_openapi(data: bytes, name: str) -> Document:
    """Read an OpenAPI 3.0 or 3.1 document, and say clearly when it is something else."""
    document = parse(data, name)
    version = document.get("openapi") if isinstance(document, dict) else None
    if not (isinstance(version, str) and version.startswith(VERSIONS)):
        found = f"openapi: {version!r:.40}" if version is not None else "no openapi field"
        raise CannotRunError(f"{name} is not an OpenAPI 3.0 or 3.1 document ({found})")
    if version.startswith("3.0") and not isinstance(document.get("paths"), dict):
        raise CannotRunError(f"{name} has no paths: not a whole OpenAPI document")
    components = document.get("components", {})
    if not isinstance(components, dict) or any(
        not isinstance(members, dict)
        for section, members in components.items()
        if not section.startswith("x-")
    ):
        raise CannotRunError(f"{name} has components that are not objects by name")
    return dict(document)


def dump(document: Any) -> bytes:
    """Write a document in its one form: keys sorted, two spaces, a last newline."""
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False)
    return f"{text}\n".encode()
