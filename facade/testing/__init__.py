"""A stand-in for HighLevel for an app's own tests: no token, no network, nothing to clean up."""

from facade.testing import faults
from facade.testing.faults import ActiveFault, Fault, Selection
from facade.testing.limits import WindowKind
from facade.testing.messages import Received, Response
from facade.testing.sandbox import Sandbox
from facade.testing.server import Server
from facade.testing.transport import SandboxTransport
from facade.testing.variants import VariantOptions, Variants

__all__ = [
    "ActiveFault",
    "Fault",
    "Received",
    "Response",
    "Sandbox",
    "SandboxTransport",
    "Selection",
    "Server",
    "VariantOptions",
    "Variants",
    "WindowKind",
    "faults",
]
