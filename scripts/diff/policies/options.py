"""The options of policies: changes to permit in a comparison, in addition to openapi/diff.yaml."""

import argparse
from pathlib import Path

from scripts.diff.policies import read as policies
from scripts.diff.reporting import parse_until
from scripts.diff.rules import WIRE
from scripts.errors import CannotRunError


def policy_options() -> argparse.ArgumentParser:
    """Return the options of policies, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("policies", "each is off by default and named in the report")
    add = group.add_argument
    add("--policy", metavar="FILE", type=Path, help=f"default: {policies.FILE}, if it exists")
    add(
        "--severity",
        metavar="RULE=LEVEL",
        action="append",
        default=[],
        help=f"give a rule another severity: {', '.join(reversed(WIRE))}; repeatable",
    )
    add(
        "--exclude-path",
        metavar="PATTERN",
        action="append",
        default=[],
        help="ignore paths, such as /internal/**; repeatable",
    )
    add(
        "--accept-rule",
        metavar="RULE[@PLACE]",
        action="append",
        default=[],
        help='accept in this run, with --reason: "enum-*@GET /pets/**"; repeatable',
    )
    add(
        "--removal-after-sunset",
        action="store_true",
        help="removing a deprecated item is not breaking after its x-sunset",
    )
    add(
        "--unstable-may-break",
        action="store_true",
        help="accept breaking changes of operations whose x-stability-level was alpha or draft",
    )
    add(
        "--major-version-may-break",
        action="store_true",
        help="accept breaking changes if the major of info.version rises",
    )
    return parser


def policy_of(options: argparse.Namespace) -> policies.Policy:
    """Return the policies of the file and of the options."""
    known = policies.read(options.policy) if options.policy else policies.read_if_any(policies.FILE)
    severity = dict(known.severity)
    for text in options.severity:
        rule, sign, level = text.partition("=")
        if not sign:
            raise CannotRunError(f"--severity {text}: write RULE=LEVEL")
        severity[rule] = policies.severities(rule, level, "--severity")
    if options.accept_rule and not options.reason:
        raise CannotRunError("--accept-rule needs --reason: why are the findings acceptable?")
    accept = []
    for text in options.accept_rule:
        rule, _, place = text.partition("@")
        more = {"owner": options.owner, "until": parse_until(options)}
        accept.append(policies.acceptance(rule, place, options.reason, "--accept-rule", **more))
    flags = {name for name in policies.FLAGS if getattr(options, name.replace("-", "_"))}
    excluded = [policies.path_pattern(each, "--exclude-path") for each in options.exclude_path]
    return policies.Policy(
        severity,
        (*known.exclude_paths, *excluded),
        (*known.accept, *accept),
        known.flags | flags,
    )
