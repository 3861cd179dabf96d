"""A stand-in for HighLevel for an app's own tests: no token, no network, nothing to clean up.

`facade.testing.plugin` has fixtures for pytest. How a sandbox misbehaves, with
`sandbox.misbehave(fault, on=..., times=..., share=...)` and faults of `facade.testing.faults`:

| fault | what happens |
|---|---|
| `delay(seconds)` | the response is late; with `before_work` the work is, too |
| `drop(when)` | the connection breaks: `connecting`, `before_work`, `after_work`, `during_answer` |
| `fail(status)` | an error instead of the work, or `after_work`; JSON, or HTML as a CDN sends it |
| `refuse(retry_after=...)` | 429, with or without the seconds or the date of the next attempt |
| `odd_422()` | 422 although the work was done |
| `html()` | the work is done, and an HTML page says so |
| `truncated()` | the work is done, and half of its JSON comes |
| `empty()` | the work is done, and nothing says so |
| `alter(change)` | the work is done, and its JSON is changed |
| `add_headers(headers)` | the work is done, and its response has other headers |

How its answers differ where recordings of HighLevel do, with `Sandbox(option=value)`:

| option | values, the default first | what it chooses |
|---|---|---|
| `update_body` | enveloped, flat | what updating an association answers |
| `association_body` | flat, enveloped | what getting an association answers |
| `object_key_body` | list, array, single | what listing by object key answers |
| `relation_list_body` | list, by_record | v3's other shape of a list of relations |
| `deleted_relation_id` | False, True | whether deleting a relation names its id |
| `created_relation_id` | True, False | whether creating a relation names its id |
| `total` | always, never | whether a list comes with its total |
| `paging` | optional, required | whether a list without skip and limit is refused |
| `mixed_lists` | complete, incomplete | incomplete: the first association only, unless asked |
| `sides` | kept, swapped | swapped: associations of custom objects are stored so |
| `listed_sides` | kept, reversed | reversed: each relation is listed the other way round |
| `list_lag` | 0.0, seconds | how long a new relation is not listed |
| `answers` | none, a mapping | what is answered instead of a refusal or a success |

`answers={"relation_exists": (409, "already exists")}` replaces a refusal; the id of an operation in
place of its name, what that answers to a success. An error lists all names.
`limit`, `daily_limit`, `versions`, `strict_records` and tokens' scopes are options and methods of
the Sandbox. It refuses object keys that cannot be, such as `contacts`, with 422.
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

# Each is loaded when it is first used: see facade.
_MODULES = {
    "faults": ["ActiveFault", "Fault", "Selection"],
    "limits": ["WindowKind"],
    "messages": ["Received", "Response"],
    "sandbox": ["Sandbox"],
    "server": ["Server"],
    "transport": ["SandboxTransport"],
    "variants": ["VariantOptions", "Variants"],
}

if not TYPE_CHECKING:  # a type checker would take every name for one of these
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
