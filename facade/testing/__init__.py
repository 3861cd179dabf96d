"""A sandbox that replaces HighLevel in tests: no token, no network, nothing to clean up.

`facade.testing.plugin` has fixtures for pytest. `sandbox.misbehave(fault, on=..., times=...,
share=...)` injects a fault of `facade.testing.faults`.

`Sandbox(option=value)` chooses between responses if recordings of HighLevel differ: `Variants`
lists the options. `answers={"relation_exists": (409, "already exists")}` replaces a refusal; an
operation id as key replaces its successful response. `limit`, `daily_limit`, `versions`,
`strict_records` and token scopes are options and methods of the Sandbox. It refuses invalid object
keys, such as `contacts`, with 422.
"""

from typing import TYPE_CHECKING

from facade._core.lazy import lazy_names

if TYPE_CHECKING:
    from facade.testing import faults
    from facade.testing.faults import ActiveFault, Fault, Selection
    from facade.testing.limits import WindowKind
    from facade.testing.messages import Received, Response
    from facade.testing.sandbox import Sandbox
    from facade.testing.server import Server
    from facade.testing.transport import SandboxTransport
    from facade.testing.variants import Variants

__all__ = [
    "ActiveFault",
    "Fault",
    "Received",
    "Response",
    "Sandbox",
    "SandboxTransport",
    "Selection",
    "Server",
    "Variants",
    "WindowKind",
    "faults",
]

# Lazy, as in facade.
_MODULES = {
    "faults": ["ActiveFault", "Fault", "Selection"],
    "limits": ["WindowKind"],
    "messages": ["Received", "Response"],
    "sandbox": ["Sandbox"],
    "server": ["Server"],
    "transport": ["SandboxTransport"],
    "variants": ["Variants"],
}

if not TYPE_CHECKING:  # a type checker would accept any name
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
