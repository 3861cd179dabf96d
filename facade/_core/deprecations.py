"""Warns an app that sends an operation which HighLevel has deprecated."""

from __future__ import annotations

import inspect
import warnings

from facade._core.operations import DEPRECATED, OPERATIONS


def warn_of_deprecation(operation: str) -> None:
    """Warn at the line of the app that sends a deprecated operation."""
    until = f" and ends it on {DEPRECATED[operation]}" if DEPRECATED[operation] else ""
    _, method, path, *_ = OPERATIONS[operation]
    warnings.warn(
        f"HighLevel has deprecated {method} {path}{until}", DeprecationWarning, _level_of_app()
    )


def _level_of_app() -> int:
    """Return how many callers above the calling function the app's code is."""
    frame, level = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith("facade."):
        frame, level = frame.f_back, level + 1
    return level
