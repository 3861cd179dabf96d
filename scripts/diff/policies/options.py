"""The options of policies: changes to permit in a comparison, in addition to openapi/diff.yaml."""

import argparse
from pathlib import Path

from scripts.diff.policies import read as policies
from scripts.diff.reporting import parse_until
from scripts.diff.rules import WIRE
from scripts.errors import CannotRunError

_FLAGS = {
    "removal-after-sunset": "removing a deprecated item is not breaking after its x-sunset",
    "unstable-may-break": "accept breaking changes of operations whose x-stability-level was "
    "alpha or draft",
    "major-version-may-break": "accept breaking changes if the major of info.version rises",
}


def policy_options() -> argparse.ArgumentParser:
    """Return the options of policies, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("policies", "each is off by default and named in the report")
    add = group.add_argument
    add("--policy", metavar="FILE", type=Path, help=f"default: {policies.FILE}, if it exists")
    levels = ", ".join(reversed(WIRE))
    for name, value, text in (
        ("--severity", "RULE=LEVEL", f"give a rule another severity: {levels}"),
        ("--exclude-path", "PATTERN", "ignore paths, such as /internal/**"),
        ("--accept-rule", "RULE[@PLACE]", 'accept in this run, with --reason: "enum-*@GET /a/**"'),
    ):
        add(name, metavar=value, action="append", default=[], help=f"{text}; repeatable")
    for name, text in _FLAGS.items():
        add(f"--{name}", action="store_true", help=text)
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
