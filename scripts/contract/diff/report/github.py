"""The report as workflow commands: annotations at the lines of a pull request."""

from scripts.contract.diff.review import Review, severity

_COMMANDS = {"breaking": "error", "risky": "warning", "safe": "notice"}


def render(review: Review) -> str:
    """Write one command for each finding that nobody accepted; nothing when nothing moved."""
    lines = [
        f"::{_COMMANDS[severity(judged.finding, review.lens)]} file={_property(_file(review.new))},"
        f"line={judged.new.line},col={judged.new.column},title={_property(judged.finding.rule)}::"
        + _message(
            f"{judged.finding.message} (wire {judged.finding.wire}, sdk {judged.finding.sdk})"
        )
        for judged in review.open
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
