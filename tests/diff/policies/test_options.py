"""The options of policies, together with openapi/diff.yaml, and which are refused."""

import argparse
import re
from datetime import date
from pathlib import Path

import pytest

from scripts.diff.policies.read import NO_POLICY, Acceptance, Policy, Severities
from scripts.diff.reporting import completed, policy_of, policy_options, review_options
from scripts.diff.review import compare_contracts
from scripts.errors import CannotRunError
from tests.diff.documents import holding, requesting
from tests.diff.reviewing import contract

pytestmark = pytest.mark.usefixtures("empty_project")

OLD, NEW = (contract(requesting(holding({"enum": each}))) for each in (["a", "b"], ["a"]))


def parsed(options: str) -> argparse.Namespace:
    parents = [review_options("breaking"), policy_options()]
    return argparse.ArgumentParser(parents=parents).parse_args(options.split())


@pytest.mark.parametrize(
    ("options", "is_broken"),
    [
        ("", True),
        ("--severity enum-values-removed=risky", False),
        ("--exclude-path /pets", False),
        ("--accept-rule enum-* --reason unused", False),
        ("--accept-rule enum-*@**/cats --reason unused", True),
        ("--major-version-may-break --unstable-may-break --removal-after-sunset", True),
        ("--policy policies.yaml", False),
    ],
)
def test_policies_are_options_and_each_is_named_in_the_report(
    options: str, is_broken: bool
) -> None:
    Path("policies.yaml").write_text("severity: {enum-values-removed: safe}\n")
    given = parsed(options)
    result = completed(compare_contracts(OLD, NEW, policy=policy_of(given)), given)
    assert result.fails("breaking") == is_broken
    assert bool(result.notes) == bool(options)


def test_options_are_added_to_the_file_which_is_openapi_diff_yaml_by_default() -> None:
    assert policy_of(parsed("")) == NO_POLICY
    Path("openapi").mkdir()
    Path("openapi/diff.yaml").write_text("exclude-paths: [/pets]\n")
    assert policy_of(parsed("")).exclude_paths == ("/pets",)
    Path("policies.yaml").write_text(
        "severity: {default-changed: safe, model-renamed: safe}\n"
        "exclude-paths: [/a]\n"
        "accept: [{rule: enum-*, reason: first}]\n"
        "unstable-may-break: true\n"
    )
    options = (
        "--policy policies.yaml --severity default-changed=risky --exclude-path /b "
        "--accept-rule model-*@/c/** --reason second --owner api --until 2030-01-31 "
        "--removal-after-sunset"
    )
    accepted = Acceptance("model-*", "/c/**", "second", "api", date(2030, 1, 31))
    assert policy_of(parsed(options)) == Policy(
        {
            "default-changed": Severities("risky", None, "compatible"),
            "model-renamed": Severities("safe", None, "none"),
        },
        ("/a", "/b"),
        (Acceptance("enum-*", "**", "first"), accepted),
        frozenset({"unstable-may-break", "removal-after-sunset"}),
    )


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ("--severity a", "write RULE=LEVEL"),
        ("--severity enum-value-removed=safe", "did you mean 'enum-values-removed'"),
        ("--exclude-path pets", "'pets' is not a pattern of paths"),
        ("--accept-rule enum-*", "--accept-rule needs --reason"),
        ("--accept-rule enum-* --reason a --until soon", "'soon' is not a day"),
        ("--policy missing.yaml", "cannot read missing.yaml: No such file"),
    ],
)
def test_an_invalid_policy_is_refused(options: str, why: str) -> None:
    with pytest.raises(CannotRunError, match=re.escape(why)):
        policy_of(parsed(options))
