"""A stand-in for HighLevel for an app's own tests: no token, no network, nothing to clean up."""

from facade.testing import lies, mischief
from facade.testing.limits import WindowKind
from facade.testing.mischief import Misbehaviour, Mischief, Selection
from facade.testing.sandbox import Sandbox
from facade.testing.server import Server
from facade.testing.transport import SandboxTransport
from facade.testing.wire import Received, Response

__all__ = [
    "Misbehaviour",
    "Mischief",
    "Received",
    "Response",
    "Sandbox",
    "SandboxTransport",
    "Selection",
    "Server",
    "WindowKind",
    "lies",
    "mischief",
]
