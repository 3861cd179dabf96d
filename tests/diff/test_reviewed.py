"""A finding of a review, under the lenses."""

from dataclasses import replace

from scripts.diff.reviewed import Affected
from tests.diff.documents import operation
from tests.diff.reviewing import compared

(FOUND,) = compared(operation(), operation(deprecated=True)).findings


def test_a_lens_decides_which_severity_counts() -> None:
    for wire, sdk, severities in (
        ("safe", "breaking", ["breaking", "safe", "breaking"]),
        ("breaking", "none", ["breaking", "breaking", "safe"]),
        ("risky", "compatible", ["risky", "risky", "safe"]),
    ):
        given = replace(FOUND, finding=replace(FOUND.finding, wire=wire, sdk=sdk))
        assert [given.severity(lens) for lens in ("both", "wire", "sdk")] == severities


def test_a_new_operation_needs_a_method_unless_the_facade_calls_it() -> None:
    new = replace(FOUND, finding=replace(FOUND.finding, rule="operation-added"))
    assert (new.needs_a_method, FOUND.needs_a_method) == (True, False)
    for called in (
        replace(new, affected=(Affected("pets.get", True),)),
        replace(new, is_transport_header=True),
    ):
        assert (called.is_called, called.needs_a_method) == (True, False)
