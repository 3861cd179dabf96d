"""The report as workflow commands: annotations at the lines of a pull request."""

from scripts.contract.diff.review import Review

_COMMANDS = {"breaking": "error", "risky": "warning", "safe": "notice"}


def render(review: Review) -> str:
    """Write one command for each finding that is not accepted; nothing when nothing moved."""
    file = _property(_file(review.new))
    lines = [
        f"::{_COMMANDS[each.severity(review.lens)]} file={file},"
        f"line={each.new.line},col={each.new.column},title={_property(each.finding.rule)}::"
        + _message(f"{each.finding.message} (wire {each.finding.wire}, sdk {each.finding.sdk})")
        for each in review.open
    ]
    lines += [f"::error title=accepted.yaml::{_message(text)}" for text in review.stale]
    return "".join(f"{line}\n" for line in lines)


def _file(name: str) -> str:
    """Give the path in the working tree that a document of git stands at."""
    return name if "://" in name else name.rpartition(":")[2]


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
