"""See what a client does: events for metrics, fields of the log, traces, and shapes of answers.

**Events.** `AssociationsClient(..., on_event=function)` calls a function with each event of its
calls, in the thread or event loop of the call, so it should return at once. An error that it raises
is logged and breaks no call. Without it nothing is done.

| event | when | fields |
|---|---|---|
| `AttemptStarted` | a request is sent | `attempt` |
| `AttemptEnded` | its response came, or none did | `attempt`, `seconds`, `status_code`, `error` |
| `WaitStarted` | a call waits, and then tries | `reason`, `seconds`, `attempt`, `error` |
| `CallEnded` | a call has succeeded or failed | `attempts`, `seconds`, `error` |

All have `operation` and `location_id`, and none a record's id, a body or a token:

```python
def count(event: CallEvent) -> None:
    if isinstance(event, CallEnded):
        CALLS.labels(event.operation, event.error or "none").observe(event.seconds)
```

**The log.** The logger `facade` says at INFO what delays a call: waits of over a second, and
attempts that failed; at DEBUG each attempt. A record has these fields, for a formatter of JSON:

| field | value |
|---|---|
| `http_method`, `http_path` | of the request; a look for what may exist has none |
| `wait_reason` | why, as text: the pace, or what failed, such as 503 Service Unavailable |
| `wait_seconds` | None where it is as long as it takes, or there is no wait |
| `attempt` | the number of the attempt that follows, or of the last one |

**Traces.** OpenTelemetry's `HTTPXClientInstrumentor().instrument()` makes a span for each attempt
of every client, those that exist already included, under the span that is current. A client with a
`transport` or `http_client` of its own is traced if that is. A span has the URL, with ids of
records, and headers only if OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST asks for them:
then OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS has to name `authorization`, which
carries the token.

**Shapes.** `AssociationsClient(..., observe=Recorder())` records what HighLevel really sends, as
shapes: an operation, a status, and which fields came with which JSON types, how often. Values are
kept only of fields that have a closed set of them. `python -m scripts.observed FILE` compares what
is saved with the contract.
"""

from facade._core.events import AttemptEnded, AttemptStarted, CallEnded, CallEvent, WaitStarted
from facade.observe.recorder import Observer, Recorder

__all__ = [
    "AttemptEnded",
    "AttemptStarted",
    "CallEnded",
    "CallEvent",
    "Observer",
    "Recorder",
    "WaitStarted",
]
