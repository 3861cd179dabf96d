"""A sandbox that replaces HighLevel in tests: no token, no network, nothing to clean up.

`facade.testing.plugin` has fixtures for pytest. `sandbox.misbehave(fault, on=..., times=...,
share=...)` injects a fault of `facade.testing.faults`.

`Sandbox(option=value)` chooses between responses if recordings of HighLevel differ:

| option | values, the default first | what it chooses |
|---|---|---|
| `update_body` | enveloped, flat | the response to the update of an association |
| `association_body` | flat, enveloped | the response with one association |
| `object_key_body` | list, array, single | the response to a list by object key |
| `relation_list_body` | list, by_record | by_record: v3's short form of a list of relations |
| `deleted_relation_id` | False, True | whether the response to a deletion has the relation id |
| `created_relation_id` | True, False | whether the response to a creation has the relation id |
| `listed_relation_id` | True, False | whether a list has the ids of the relations |
| `total` | always, never, zero, wrong | the total of a list; wrong: half of it |
| `paging` | optional, required | whether a list without skip and limit is refused |
| `mixed_lists` | complete, incomplete | incomplete: without a filter, only one association |
| `association_filter` | applied, ignored | whether a list of relations is filtered |
| `sides` | kept, swapped | swapped: sides of custom object associations are swapped |
| `listed_sides` | kept, reversed, mixed | which relations are listed with swapped sides |
| `listed_for` | both, first, second | the records whose lists have a relation |
| `list_lag` | 0.0, seconds | how long a new relation is not listed |
| `key_lookup` | exact, any_case | whether a look-up by key ignores case |
| `error_body` | flat, nested | nested: errors under v3 as `{"error": {"code", "message", ...}}` |
| `answers` | none, a mapping | responses that replace a refusal or a success |

`answers={"relation_exists": (409, "already exists")}` replaces a refusal; an operation id as key
replaces its successful response. An unknown name is an error that lists all names.
`limit`, `daily_limit`, `versions`, `strict_records` and token scopes are options and methods of
the Sandbox. It refuses invalid object keys, such as `contacts`, with 422.
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

# Lazy, as in facade.
_MODULES = {
    "faults": ["ActiveFault", "Fault", "Selection"],
    "limits": ["WindowKind"],
    "messages": ["Received", "Response"],
    "sandbox": ["Sandbox"],
    "server": ["Server"],
    "transport": ["SandboxTransport"],
    "variants": ["VariantOptions", "Variants"],
}

if not TYPE_CHECKING:  # a type checker would accept any name
    __getattr__, __dir__ = lazy_names(__name__, _MODULES)
