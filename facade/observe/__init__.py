"""Observe a client: events for metrics, log fields, traces, and shapes of responses.

**Events.** `AssociationsClient(..., on_event=function)` calls a function, or each of a list of
functions, with each event of its calls, in the thread or event loop of the call, so it should
return at once. An error that it raises is logged and does not fail the call.

| event | when | fields |
|---|---|---|
| `AttemptStarted` | a request is sent | `attempt` |
| `AttemptEnded` | a response came, or an error | `attempt`, `seconds`, `status_code`, `error` |
| `ResponseReceived` | a response was read | the request and the response, without the token |
| `WaitStarted` | a call waits before an attempt | `reason`, `seconds`, `attempt`, `error` |
| `CallEnded` | a call succeeded or failed | `attempts`, `seconds`, `error` |

All events have `operation` and `location_id`. None has a record id, a body or a token, except
`ResponseReceived`, which only listeners with the attribute `wants_responses = True` get:

```python
def count(event: CallEvent) -> None:
    if isinstance(event, CallEnded):
        CALLS.labels(event.operation, event.error or "none").observe(event.seconds)
```

**The log.** The logger `facade` logs at INFO what delays a call: waits of over a second, and failed
attempts; at DEBUG each attempt. A log record has these fields, for a JSON formatter:

| field | value |
|---|---|
| `http_method`, `http_path` | of the request |
| `wait_reason` | the reason as text: the pace, or the failure, such as 503 Service Unavailable |
| `wait_seconds` | the wait; None if its length is unknown, or there is none |
| `attempt` | the number of the next attempt, or of the last one |

**Traces.** OpenTelemetry's `HTTPXClientInstrumentor().instrument()` creates a span for each attempt
of every client, existing ones included, under the current span. A client with its own `transport`
or `http_client` is traced if that is instrumented. A span has the URL, with record ids. It has
headers only if OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST names them: then set
OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS to include `authorization`, which contains
the token.

**Shapes.** `AssociationsClient(..., on_event=Recorder())` records response shapes: the operation,
the status, and how often each field came with each JSON type. Values are recorded only for fields
with a closed set of values. `python -m scripts.observed FILE` compares a saved recording with the
contract.
"""

from facade._core.events import (
    AttemptEnded,
    AttemptStarted,
    CallEnded,
    CallEvent,
    ResponseReceived,
    WaitStarted,
)
from facade.observe.recorder import Recorder

__all__ = [
    "AttemptEnded",
    "AttemptStarted",
    "CallEnded",
    "CallEvent",
    "Recorder",
    "ResponseReceived",
    "WaitStarted",
]
