"""The options of policies: changes to permit in a comparison, in addition to openapi/diff.yaml."""

import argparse
from pathlib import Path

from scripts.diff.policies import read as policies
from scripts.diff.rules import WIRE
from scripts.errors import CannotRunError

_REPEATABLE = {
    "--severity": (
        "RULE=LEVEL",
        f"give a rule another severity: {', '.join(reversed(WIRE))}; repeatable",
    ),
    "--exclude-path": ("PATTERN", "ignore paths, such as /internal/**; repeatable"),
    "--accept-rule": (
        "RULE[@PLACE]",
        'accept in this run, with --reason: "enum-*@GET /pets/**"; repeatable',
    ),
}


def policy_options() -> argparse.ArgumentParser:
    """Return the options of policies, as a parent of a command's parser."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("policies", "each is off by default and named in the report")
    default = f"default: {policies.FILE}, if it exists"
    group.add_argument("--policy", metavar="FILE", type=Path, help=default)
    for name, (metavar, text) in _REPEATABLE.items():
        group.add_argument(name, metavar=metavar, action="append", default=[], help=text)
    for name, text in policies.FLAGS.items():
        group.add_argument(f"--{name}", action="store_true", help=text)
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
    if options.accept_rule and not options.reason.strip():
        raise CannotRunError("--accept-rule needs --reason: why are the findings acceptable?")
    accept = []
    until = policies.parse_day(options.until, "--until") if options.until else None
    for text in options.accept_rule:
        rule, _, place = text.partition("@")
        more = {"owner": options.owner, "until": until}
        accept.append(
            policies.acceptance(rule, place, options.reason.strip(), "--accept-rule", **more)
        )
    flags = {name for name in policies.FLAGS if getattr(options, name.replace("-", "_"))}
    excluded = [policies.path_pattern(each, "--exclude-path") for each in options.exclude_path]
    return policies.Policy(
        severity,
        (*known.exclude_paths, *excluded),
        (*known.accept, *accept),
        known.flags | flags,
    )
