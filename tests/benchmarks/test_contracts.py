"""The synthetic contracts have the documented size and differences."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.benchmarks import contracts
from scripts.contract.diff.load import load


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    for each in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from references(each)


def test_a_large_contract_has_13_megabytes_650_operations_and_410_components() -> None:
    document = contracts.large()
    assert 12_500_000 <= len(json.dumps(document, indent=2)) <= 13_500_000
    assert sum(len(item) for item in document["paths"].values()) == 650
    assert len(document["components"]["schemas"]) == 410


@pytest.mark.parametrize("document", [contracts.large(20, 41), contracts.diamond(5, "string")])
def test_each_reference_has_a_component_as_target(document: Any) -> None:
    places = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}
    assert {*references(document)} <= places


def test_a_large_contract_is_deterministic() -> None:
    assert contracts.large(20, 41) == contracts.large(20, 41)


def test_a_revision_changes_every_20th_component_and_not_the_original() -> None:
    document = contracts.large(20, 41)
    revision = contracts.changed(document)
    assert document == contracts.large(20, 41)
    assert revision["paths"] == document["paths"]
    old, new = (each["components"]["schemas"] for each in (document, revision))
    changed = [name for name in old if new[name] != old[name]]
    assert changed == ["thing-0", "thing-20", "thing-40"]
    for name in changed:
        before, after = old[name]["properties"], new[name]["properties"]
        assert before.keys() - after.keys() == {"field_1"}
        assert after.keys() - before.keys() == {"field_new"}
        different = [field for field in before.keys() & after if before[field] != after[field]]
        assert different == ["field_2"]
        assert after["field_2"]["enum"] == ["open", "closed"]


def test_each_level_of_a_diamond_doubles_the_ways_to_its_end() -> None:
    schemas = contracts.diamond(6, "integer")["components"]["schemas"]
    reached: set[str] = set()

    def ends(name: str) -> int:
        reached.add(name)
        below = [each.rpartition("/")[2] for each in references(schemas[name])]
        if not below:
            assert schemas[name]["properties"] == {"end": {"type": "integer"}}
        return sum(map(ends, below)) if below else 1

    assert ends("L0") == 2**6
    assert reached == schemas.keys()


def test_both_revisions_of_each_document_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = contracts.large(4, 21)
    monkeypatch.setattr(contracts, "large", lambda *_: small)
    contracts.write(tmp_path)
    written = {path.name: load(str(path)).document for path in tmp_path.iterdir()}
    assert written == {
        "old-large.json": small,
        "new-large.json": contracts.changed(small),
        "old-large.yaml": small,
        "new-large.yaml": contracts.changed(small),
        "old-diamond.json": contracts.diamond(40, "string"),
        "new-diamond.json": contracts.diamond(40, "integer"),
    }
