"""Bytes to document and back: JSON or YAML in, canonical JSON out."""

import json
from typing import Any

import yaml

from scripts.contract.errors import CannotRunError

Document = dict[str, Any]


class _Yaml(yaml.CSafeLoader):
    """YAML as OpenAPI means it: JSON's types, so that a date stays text, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            key = key if isinstance(key, str) else key_node.value
            if key in mapping:
                raise yaml.MarkedYAMLError(
                    problem=f"key {key!r} stands twice", problem_mark=key_node.start_mark
                )
            mapping[key] = self.construct_object(value_node, deep=deep)
        return mapping


_Yaml.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if not tag.endswith((":timestamp", ":bool", ":merge", ":value"))
    ]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
